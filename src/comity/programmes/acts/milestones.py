"""Milestones and supports of goals: set, measured, met, missed or dropped; what supports a goal is tied to it and untied."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from comity.activities.models import Activity, Term
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.programmes.acts.objectives import must_speak_for
from comity.programmes.acts.steps import GoalHasEnded
from comity.programmes.models import Goal, Milestone, MilestoneState, Support, SupportKind
from comity.trail import acts as trail


class MilestoneNeedsTitleAndDate(Refusal):
    """A milestone is something by some day."""

    message = _("Say in English what is to be reached, and by when: a year, a month or a day.")


class MilestoneIsSettled(Refusal):
    """What is settled stays as it was."""

    message = _("This milestone is settled already.")


class EvidenceMissing(Refusal):
    """That something is reached can be shown."""

    message = _("Say what shows that the milestone is met.")


class ReasonMissing(Refusal):
    """What is missed or dropped has a reason."""

    message = _("Say why the milestone is missed or dropped.")


class NothingIsToldHere(Refusal):
    """Of a goal whose content is classified only number and title lie here."""

    message = _("Of goal {number} only the title is kept here.")


class SupportNeedsAName(Refusal):
    """A support is an activity or has a name."""

    message = _("Choose an activity of the menu, or name the trust fund or the evaluation.")


class AlreadySupports(Refusal):
    """An activity supports a goal once."""

    message = _("This activity supports goal {number} already.")


@transaction.atomic
def add(
    goal: Goal, *, title_en: str, title_fr: str = "", owner: str = "", due: PartialDate, indicator: str = "", baseline: str = "",
    target: str = "", by: Actor, at: datetime,
) -> Milestone:  # fmt: skip
    """Set a milestone on the way to a goal."""
    kept = _open_goal(goal, by)
    with refusing(milestone_has_a_title_and_a_date=MilestoneNeedsTitleAndDate()), transaction.atomic():
        made = Milestone.objects.create(
            goal=kept, title_en=title_en.strip(), title_fr=title_fr.strip(), owner=owner.strip(), due=due,
            indicator=indicator.strip(), baseline=baseline.strip(), target=target.strip(),
        )  # fmt: skip
    trail.record("milestone.set", made, by=by, at=at, about=kept.party_id, title=made.title_en, due=due.text)
    return made


@transaction.atomic
def meet(milestone: Milestone, *, evidence: str, measured: str = "", by: Actor, at: datetime) -> Milestone:
    """Say that a milestone is met, and what shows it."""
    kept = _open_milestone(milestone, by)
    kept.measured, kept.evidence = measured.strip(), evidence.strip()
    return _settled(kept, MilestoneState.MET, "milestone.met", by=by, at=at)


@transaction.atomic
def miss(milestone: Milestone, *, reason: str, measured: str = "", by: Actor, at: datetime) -> Milestone:
    """Say that a milestone was missed, and why."""
    kept = _open_milestone(milestone, by)
    kept.measured, kept.reason = measured.strip(), reason.strip()
    return _settled(kept, MilestoneState.MISSED, "milestone.missed", by=by, at=at)


@transaction.atomic
def drop(milestone: Milestone, *, reason: str, by: Actor, at: datetime) -> Milestone:
    """Drop a milestone, and say why."""
    kept = _open_milestone(milestone, by)
    kept.reason = reason.strip()
    return _settled(kept, MilestoneState.DROPPED, "milestone.dropped", by=by, at=at)


@transaction.atomic
def support(goal: Goal, *, kind: str, activity: Activity | None = None, name: str = "", by: Actor, at: datetime) -> Support:
    """Tie something to a goal that helps to reach it."""
    kept = _open_goal(goal, by)
    is_activity = kind == SupportKind.ACTIVITY
    with (
        refusing(
            support_is_an_activity_or_has_a_name=SupportNeedsAName(),
            an_activity_supports_a_goal_once=AlreadySupports(number=kept.number),
        ),
        transaction.atomic(),
    ):
        made = Support.objects.create(
            goal=kept, kind=kind, activity=activity if is_activity else None, name="" if is_activity else name.strip()
        )
    what = activity.number if is_activity and activity else made.name
    trail.record("support.tied", made, by=by, at=at, about=kept.party_id, goal=kept.number, name=what)
    return made


@transaction.atomic
def untie(support: Support, *, by: Actor, at: datetime) -> None:
    """Take a support away from a goal."""
    found = Support.objects.seen_by(by).select_for_update(of=("self",)).select_related("goal").filter(pk=support.pk).first()
    if found is None:
        raise NotFound(what="support")
    must_speak_for(found.goal.party_id, by)
    trail.record("support.untied", found, by=by, at=at, about=found.goal.party_id, goal=found.goal.number)
    found.delete()


@transaction.atomic
def mark(goal: Goal, *, markers: Iterable[Term], by: Actor, at: datetime) -> Goal:
    """Mark a goal with words of the vocabulary of markers, and with no others than these."""
    kept = _open_goal(goal, by)
    wanted = list(markers)
    kept.markers.set(wanted)
    trail.record("goal.marked", kept, by=by, at=at, about=kept.party_id, markers=sorted(term.code for term in wanted))
    return kept


def _open_goal(goal: Goal, by: Actor) -> Goal:
    """The goal, for whoever may change it, while it stands and is told in full."""
    found = Goal.objects.seen_by(by).select_for_update(of=("self",)).filter(pk=goal.pk).first()
    if found is None:
        raise NotFound(what="goal")
    must_speak_for(found.party_id, by)
    if not found.is_live:
        raise GoalHasEnded(number=found.number)
    if found.is_title_only:
        raise NothingIsToldHere(number=found.number)
    return found


def _open_milestone(milestone: Milestone, by: Actor) -> Milestone:
    """The milestone, for whoever may settle it, while it is open."""
    rows = Milestone.objects.seen_by(by).select_for_update(of=("self",)).select_related("goal")
    found = rows.filter(pk=milestone.pk).first()
    if found is None:
        raise NotFound(what="milestone")
    must_speak_for(found.goal.party_id, by)
    if found.state != MilestoneState.OPEN:
        raise MilestoneIsSettled
    return found


def _settled(kept: Milestone, state: MilestoneState, act: str, *, by: Actor, at: datetime) -> Milestone:
    kept.state, kept.settled_at, kept.settled_by = state, at, by.login
    laws = {"milestone_met_needs_evidence": EvidenceMissing(), "milestone_missed_or_dropped_iff_for_a_reason": ReasonMissing()}
    with refusing(**laws), transaction.atomic():
        kept.save(update_fields=["state", "settled_at", "settled_by", "measured", "evidence", "reason"])
    facts = {"title": kept.title_en, "measured": kept.measured, "reason": kept.reason}
    trail.record(act, kept, by=by, at=at, about=kept.goal.party_id, **facts)
    return kept
