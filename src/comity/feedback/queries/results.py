"""What was answered, as far as it may be told, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity, run_by
from comity.feedback import rules
from comity.feedback.models import ActivityReport, ActivityReportQuerySet, Answer, Canvass, ReportState
from comity.feedback.queries.attended import CAME
from comity.kernel.actors import Actor
from comity.nominations.models import Nomination


@dataclass(frozen=True)
class Results:
    """A canvass and what its shown answers say: nothing while there are fewer than five."""

    canvass: Canvass
    told: Sequence[rules.Told]


def results(canvass: Canvass, *, seen_by: Actor) -> Results:
    """What the answers say, in one query; texts in the order of keys that chance drew."""
    given = Answer.objects.seen_by(seen_by).filter(canvass=canvass).values_list("given", flat=True)
    return Results(canvass, rules.told(canvass.survey.asked(), list(given)))


@dataclass(frozen=True)
class Overview:
    """What the first page of the room shows: activities to report on, to ask about, and reports to decide."""

    due: Sequence[Activity]
    unasked: Sequence[Activity]
    open: Sequence[Canvass]
    reports: Sequence[ActivityReport]
    to_decide: Sequence[ActivityReport]


def overview(*, seen_by: Actor, at: datetime, most: int = 100) -> Overview:
    """What waits and what there is, in a fixed number of queries."""
    own = Activity.objects.filter(run_by(seen_by), last_day__lt=at.date(), state="approved").select_related("edition")
    there = Nomination.objects.seen_by(seen_by).filter(CAME).values("activity")
    held = own.filter(pk__in=there).order_by("-last_day", "number")
    unreported = Q(report__isnull=True) | Q(report__state__in=[ReportState.DRAFT, ReportState.RETURNED])
    told = _read(seen_by)
    may_decide = seen_by.may(Permission.APPROVE_REPORTS)
    canvasses = Canvass.objects.seen_by(seen_by).select_related("activity__edition")
    return Overview(
        list(held.filter(unreported).select_related("report")[:most]),
        list(held.filter(canvass__isnull=True)[:most]),
        list(canvasses[:most]),
        list(told.order_by("-saved_at")[:most]),
        list(told.filter(state=ReportState.SUBMITTED).order_by("submitted_at")[:most]) if may_decide else [],
    )


def _read(actor: Actor) -> ActivityReportQuerySet:
    return ActivityReport.objects.seen_by(actor).select_related("activity__edition", "activity__provider_party")
