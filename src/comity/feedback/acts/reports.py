"""The report of an activity: written by its provider, submitted with its figures, approved, sent to who was there, followed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.feedback.models import APPROVED, ActivityReport, ReportState
from comity.feedback.queries import THE_HOUSE
from comity.feedback.queries.attended import is_settled, turnout
from comity.feedback.queries.iterations import is_next
from comity.feedback.rules import REPORT_STATES
from comity.kernel.actors import Actor
from comity.kernel.refusals import ChangedMeanwhile, NotFound, NotPermitted, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.trail import acts as trail

TEXTS = ("summary", "went_well", "to_change")


class ReportIsNotYours(Refusal):
    """The provider reports."""

    message = _("{activity} is reported on by its provider.")


class NotYetBegun(Refusal):
    """What has not begun cannot be reported on."""

    message = _("{activity} has not begun yet: there is nothing to report.")


class ReportIsHandedIn(Refusal):
    """What is handed in is the organisation's to decide."""

    message = _("The report is {state}: it cannot be changed now.")


class NotForThisReport(Refusal):
    """Each act begins from certain states of a report."""

    message = _("The report is {state}; this cannot be done with it.")


class SheetIsStillOpen(Refusal):
    """The figures of a report are those of a closed sheet."""

    message = _("Close the attendance sheet of {activity} first: the report takes its figures from it.")


class SummaryMissing(Refusal):
    """A report says something before it is handed in."""

    message = _("Write a summary before you hand the report in.")


class ReturnNeedsAReason(Refusal):
    """Whoever gets a report back wants to know why."""

    message = _("Say what is missing or wrong.")


class NotTheNext(Refusal):
    """A report is followed by the next iteration of the same activity."""

    message = _("{next} is not a later iteration of {activity}.")


class FollowedAlready(Refusal):
    """An activity follows one report, and a report is followed once."""

    message = _("Another report is followed by {next} already.")


class ChangesMissing(Refusal):
    """To follow a report is to say what was changed."""

    message = _("Say what was changed since.")


@transaction.atomic
def save(activity: Activity, texts: Mapping[str, str], *, version: int | None = None, by: Actor, at: datetime) -> ActivityReport:
    """Keep what the provider has written so far; nothing has to be complete.

    Args:
        version: the version that was read; nothing where none was there.
    """
    _must_report(activity, by, at=at)
    # The row of the activity is the lock: two who begin at once do not both begin.
    Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    kept = ActivityReport.objects.filter(activity=activity).first()
    if kept is None:
        kept = ActivityReport(activity=activity, begun_at=at, begun_by=by.login, version=0)
    elif not kept.is_writable:
        raise ReportIsHandedIn(state=_state(kept))
    if (version or 0) != kept.version:
        raise ChangedMeanwhile
    for name in TEXTS:
        setattr(kept, name, texts.get(name, getattr(kept, name)).strip())
    kept.saved_at, kept.version = at, kept.version + 1
    kept.save()
    trail.record("activity-report.saved", kept, by=by, at=at, about=by.party or "", version=kept.version)
    return kept


@transaction.atomic
def submit(report: ActivityReport, *, version: int, by: Actor, at: datetime) -> ActivityReport:
    """Hand a report in: its figures are counted now and stay."""
    kept = _locked(report)
    _must_report(kept.activity, by, at=at)
    if not kept.is_writable:
        raise ReportIsHandedIn(state=_state(kept))
    if version != kept.version:
        raise ChangedMeanwhile
    if not is_settled(kept.activity, seen_by=THE_HOUSE):
        raise SheetIsStillOpen(activity=kept.activity.number)
    found = turnout(kept.activity, seen_by=THE_HOUSE)
    kept.figures, kept.parties = found.kept(), sorted(found.parties)
    kept.state, kept.submitted_at, kept.submitted_by = ReportState.SUBMITTED, at, by.login
    kept.decided_at, kept.decided_by, kept.reason = None, "", ""
    kept.version += 1
    with refusing(report_handed_in_has_a_summary=SummaryMissing()), transaction.atomic():
        kept.save()
    trail.record("activity-report.submitted", kept, by=by, at=at, about=by.party or "", parties=len(kept.parties))
    return kept


@transaction.atomic
def approve(report: ActivityReport, *, by: Actor, at: datetime) -> ActivityReport:
    """Approve a report that was handed in; it is sent to the delegations next."""
    kept = _to_decide(report, by)
    kept.state, kept.decided_at, kept.decided_by = ReportState.APPROVED, at, by.login
    kept.version += 1
    kept.save()
    trail.record("activity-report.approved", kept, by=by, at=at, about=kept.activity.provider_party_id or "")
    return kept


@transaction.atomic
def give_back(report: ActivityReport, *, reason: str, by: Actor, at: datetime) -> ActivityReport:
    """Return a report to its provider, and say why."""
    kept = _to_decide(report, by)
    kept.state, kept.decided_at, kept.decided_by, kept.reason = ReportState.RETURNED, at, by.login, reason.strip()
    kept.version += 1
    with refusing(report_returned_iff_for_a_reason=ReturnNeedsAReason()), transaction.atomic():
        kept.save()
    about = kept.activity.provider_party_id or ""
    trail.record("activity-report.returned", kept, by=by, at=at, about=about, reason=kept.reason)
    return kept


@transaction.atomic
def distribute(report: ActivityReport, *, by: Actor, at: datetime) -> ActivityReport:
    """Let the delegations that were there read an approved report; done again it stays as it is."""
    by.must(Permission.APPROVE_REPORTS)
    kept = _locked(report)
    if kept.state == ReportState.DISTRIBUTED:
        return kept
    if kept.state != ReportState.APPROVED:
        raise NotForThisReport(state=_state(kept))
    kept.state, kept.distributed_at = ReportState.DISTRIBUTED, at
    kept.save(update_fields=["state", "distributed_at"])
    about = kept.activity.provider_party_id or ""
    trail.record("activity-report.distributed", kept, by=by, at=at, about=about, parties=kept.parties)
    return kept


@transaction.atomic
def follow(report: ActivityReport, *, next_activity: Activity, changed: str, by: Actor, at: datetime) -> ActivityReport:
    """Say, where the activity is held again, what was changed because of an approved report."""
    kept = _locked(report)
    for activity in (kept.activity, next_activity):
        if not activity.is_run_by(by):
            raise ReportIsNotYours(activity=activity.number)
    if kept.state not in APPROVED:
        raise NotForThisReport(state=_state(kept))
    if not is_next(kept.activity, next_activity):
        raise NotTheNext(next=next_activity.number, activity=kept.activity.number)
    if not changed.strip():
        raise ChangesMissing
    if ActivityReport.objects.filter(next_activity=next_activity).exclude(pk=kept.pk).exists():
        raise FollowedAlready(next=next_activity.number)
    kept.next_activity, kept.changed, kept.followed_at, kept.followed_by = next_activity, changed.strip(), at, by.login
    kept.save(update_fields=["next_activity", "changed", "followed_at", "followed_by"])
    trail.record("activity-report.followed", kept, by=by, at=at, about=by.party or "", into=next_activity.number)
    return kept


def _must_report(activity: Activity, by: Actor, *, at: datetime) -> None:
    """Refuse whoever is not the provider; to those who may not see the activity it does not exist."""
    if not Activity.objects.seen_by(by).filter(pk=activity.pk).exists():
        raise NotFound(what="activity")
    if not by.may(Permission.RUN_ACTIVITIES):
        raise NotPermitted(permission=Permission.RUN_ACTIVITIES)
    if not activity.is_run_by(by):
        raise ReportIsNotYours(activity=activity.number)
    if activity.first_day is None or at.date() < activity.first_day:
        raise NotYetBegun(activity=activity.number)


def _to_decide(report: ActivityReport, by: Actor) -> ActivityReport:
    """The report locked, while somebody who may approve it has it before them."""
    by.must(Permission.APPROVE_REPORTS)
    kept = _locked(report)
    if kept.state != ReportState.SUBMITTED:
        raise NotForThisReport(state=_state(kept))
    return kept


def _locked(report: ActivityReport) -> ActivityReport:
    return ActivityReport.objects.select_for_update(of=("self",)).select_related("activity__edition").get(pk=report.pk)


def _state(report: ActivityReport) -> Sentence:
    return Sentence(REPORT_STATES[report.state])
