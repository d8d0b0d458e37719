"""Acts on goals: they are set, changed, and retired with a reason."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.activities.models import Term
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import ChangedMeanwhile, NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Party
from comity.programmes.acts.objectives import TitleMissing, must_speak_for
from comity.programmes.models import Goal, GoalStep, Objective, Programme, StepKind
from comity.trail import acts as trail

FIELDS = ("objective", "number", "title_en", "title_fr", "area", "tier", "units", "deadline", "priority")


class GoalNumberIsTaken(Refusal):
    """A party uses each number once."""

    message = _("{party} already has a goal {number}.")


class GoalsAreCountedFromOne(Refusal):
    """Goals are counted from one."""

    message = _("Give the goal a number from 1 up.")


class GoalNeedsUnits(Refusal):
    """A goal asks for something."""

    message = _("A goal needs from 1 to 100,000 units.")


class GoalNeedsADeadline(Refusal):
    """A goal is to be reached by a day, a month or a year."""

    message = _("Say by when the goal is to be reached: a year, a month or a day.")


class NoSuchArea(Refusal):
    """An area is a word of the vocabulary."""

    message = _("No vocabulary has the area “{area}”.")


class NoSuchPriority(Refusal):
    """There are three priorities."""

    message = _("The priority of a goal is 1, 2 or 3.")


class GoalIsRetired(Refusal):
    """What is retired stays as it was."""

    message = _("Goal {number} is retired.")


class RetiringNeedsAReason(Refusal):
    """Whoever retires a goal says why."""

    message = _("Say why the goal is retired.")


@transaction.atomic
def set_goal(
    party: Party, *, objective: Objective, number: int, title_en: str, title_fr: str = "", area: Term, tier: str, units: int,
    deadline: PartialDate, priority: int = 2, programme: Programme | None = None, by: Actor, at: datetime,
) -> Goal:  # fmt: skip
    """Set a goal of a party under one of its objectives, in one of its programmes or in none; the party does so, or the staff."""
    must_speak_for(party.code, by)
    _must_be_of(objective, party.code)
    if programme is not None and programme.party_id != party.code:
        raise NotFound(what="programme")
    with _lawfully(party, number), transaction.atomic():
        goal = Goal.objects.create(
            party=party, objective=objective, number=number, title_en=title_en, title_fr=title_fr, area=area, tier=tier,
            units=units, deadline=deadline, priority=priority, programme=programme,
        )  # fmt: skip
        if programme is not None:
            GoalStep.objects.create(goal=goal, kind=StepKind.NEW, at=at, by=by.login)
    trail.record("goal.set", goal, by=by, at=at, about=party.code, title=title_en, units=units, deadline=str(deadline.text))
    return goal


@transaction.atomic
def change(goal: Goal, *, version: int | None = None, by: Actor, at: datetime, **values: Any) -> Goal:
    """Change what a goal asks for; another version than the reader saw means that somebody was quicker."""
    kept = _held(goal, by, version)
    before = {name: getattr(kept, name) for name in FIELDS if name in values}
    for name in before:
        setattr(kept, name, values[name])
    _must_be_of(kept.objective, kept.party_id)
    kept.version += 1
    with _lawfully(kept.party, kept.number), transaction.atomic():
        kept.save(update_fields=[*before, "version"])
    facts = {n: [str(before[n]), str(getattr(kept, n))] for n in before if before[n] != getattr(kept, n)}
    trail.record("goal.changed", kept, by=by, at=at, about=kept.party_id, changes=facts)
    return kept


@transaction.atomic
def retire(goal: Goal, *, reason: str, by: Actor, at: datetime) -> Goal:
    """Retire a goal: plans no longer aim at it."""
    kept = _held(goal, by, None)
    if not reason.strip():
        raise RetiringNeedsAReason
    kept.retired_at, kept.retired_by, kept.reason, kept.version = at, by.login, reason.strip(), kept.version + 1
    kept.save(update_fields=["retired_at", "retired_by", "reason", "version"])
    trail.record("goal.retired", kept, by=by, at=at, about=kept.party_id, reason=kept.reason)
    return kept


def _held(goal: Goal, by: Actor, version: int | None) -> Goal:
    """The goal locked for changing, for whoever may, in the version that was read."""
    found = Goal.objects.seen_by(by).select_for_update(of=("self",)).select_related("party", "objective").filter(pk=goal.pk).first()
    if found is None:
        raise NotFound(what="goal")
    must_speak_for(found.party_id, by)
    if not found.is_live:
        raise GoalIsRetired(number=found.number)
    if version is not None and version != found.version:
        raise ChangedMeanwhile
    return found


def _must_be_of(objective: Objective, party: str) -> None:
    """A goal serves an objective of its own party; another's looks as if it did not exist."""
    if objective.party_id != party:
        raise NotFound(what="objective")


def _lawfully(party: Party, number: int) -> AbstractContextManager[None]:
    """The laws of the table about goals, in words."""
    return refusing(
        goal_numbers_are_used_once_by_a_party=GoalNumberIsTaken(party=party.name, number=number),
        goal_has_a_number=GoalsAreCountedFromOne(),
        goal_has_a_title=TitleMissing(),
        goal_needs_a_unit_or_more=GoalNeedsUnits(),
        goal_has_a_deadline=GoalNeedsADeadline(),
        goal_priority_is_from_one_to_three=NoSuchPriority(),
        goal_serves_an_objective_of_its_party=NotFound(what="objective"),
    )
