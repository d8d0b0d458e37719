"""The history of goals: what each becomes, within its edition or in the next; no goal is ever lost between two editions.

A goal that is carried over, merged or split leads into goals of the next edition while that is drafted, and stands until
the next edition takes the place of its own.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.programmes.acts.objectives import must_speak_for
from comity.programmes.models import Goal, GoalStep, Objective, Outcome, Programme, ProgrammeState, StepKind
from comity.programmes.rules.history import Choice, astray, left_behind
from comity.trail import acts as trail

LEADING = ("carried_over", "merged", "split")
SETTLING = ("carried_over", "merged", "split", "completed", "dropped")
ON_ENTRY = "Carried over when the next edition entered into force."


class GoalIsSettled(Refusal):
    """What becomes of a goal is said once."""

    message = _("What becomes of goal {number} has been said already.")


class GoalHasEnded(Refusal):
    """What is over stays as it was."""

    message = _("Goal {number} no longer stands.")


class ReasonMissing(Refusal):
    """Whoever drops a goal says why."""

    message = _("Say why goal {number} is dropped.")


class NotTheNextEdition(Refusal):
    """Goals go into an edition that is being drafted for the same party."""

    message = _("Goals go into an edition that is being drafted for the same party.")


class GoalsLeftBehind(Refusal):
    """No goal is lost between two editions."""

    message = _("Say of every goal what becomes of it: nothing is said of {numbers}.")


class MergesIntoNothing(Refusal):
    """A goal is merged into one that is carried over."""

    message = _("Goal {number} can only be merged into a goal of this edition that is carried over.")


class SplitsIntoTwoOrMore(Refusal):
    """A goal is split into two or more."""

    message = _("Give a title to each of the two or more goals that goal {number} is split into.")


@transaction.atomic
def complete(goal: Goal, *, note: str = "", by: Actor, at: datetime) -> Goal:
    """Say that a goal is reached: plans no longer aim at it."""
    kept = _held(goal, by)
    _over(kept, Outcome.COMPLETED, note.strip(), by=by, at=at)
    trail.record("goal.completed", kept, by=by, at=at, about=kept.party_id, reason=note.strip())
    return kept


@transaction.atomic
def drop(goal: Goal, *, reason: str, by: Actor, at: datetime) -> Goal:
    """Drop a goal, with the reason."""
    kept = _held(goal, by)
    if not reason.strip():
        raise ReasonMissing(number=kept.number)
    _over(kept, Outcome.DROPPED, reason.strip(), by=by, at=at)
    trail.record("goal.dropped", kept, by=by, at=at, about=kept.party_id, reason=reason.strip())
    return kept


@transaction.atomic
def keep_title_only(goal: Goal, *, reason: str = "", by: Actor, at: datetime) -> Goal:
    """Keep only number and title of a goal: what it is about is classified and lies elsewhere."""
    kept = _held(goal, by)
    kept.is_title_only, kept.version = True, kept.version + 1
    kept.save(update_fields=["is_title_only", "version"])
    _step(kept, StepKind.TITLE_ONLY, None, reason.strip(), by, at)
    trail.record("goal.title-only", kept, by=by, at=at, about=kept.party_id)
    return kept


@transaction.atomic
def carry_over(goal: Goal, *, into: Programme, by: Actor, at: datetime) -> Goal:
    """Carry a goal over into the next edition, where it gets a number of its own."""
    kept, edition = _held(goal, by), _next(into, goal.party_id)
    return _carried(kept, edition, by=by, at=at)


@transaction.atomic
def merge(goal: Goal, *, into: Goal, by: Actor, at: datetime) -> Goal:
    """Merge a goal into another of its edition, at once, or into one of the next edition, when that takes its place."""
    kept, other = _held(goal, by), _held(into, by, settled=True)
    if other.pk == kept.pk or other.party_id != kept.party_id:
        raise NotFound(what="goal")
    _step(kept, StepKind.MERGED, other, "", by, at)
    if other.programme_id == kept.programme_id:
        _retired(kept, Outcome.MERGED, str(other), by, at)
    trail.record("goal.merged", kept, by=by, at=at, about=kept.party_id, into=other.number)
    return kept


@transaction.atomic
def split(goal: Goal, *, titles: tuple[str, ...], into: Programme, by: Actor, at: datetime) -> list[Goal]:
    """Split a goal into two or more of the next edition."""
    kept, edition = _held(goal, by), _next(into, goal.party_id)
    named = [title.strip() for title in titles if title.strip()]
    if len(named) < 2:
        raise SplitsIntoTwoOrMore(number=kept.number)
    made = [_copied(kept, edition, title=title) for title in named]
    for piece in made:
        _step(kept, StepKind.SPLIT, piece, "", by, at)
    trail.record("goal.split", kept, by=by, at=at, about=kept.party_id, into=[piece.number for piece in made])
    return made


@transaction.atomic
def carry_forward(
    programme: Programme, *, into: Programme, choices: Mapping[int, Choice], by: Actor, at: datetime
) -> dict[str, int]:
    """Do with every open goal of an edition what was chosen for it, and count what became of them."""
    edition = _next(into, programme.party_id)
    must_speak_for(programme.party_id, by)
    open_goals = {goal.pk: goal for goal in unsettled(programme, by=by)}
    wanted = {pk: choice for pk, choice in choices.items() if pk in open_goals}
    if missing := left_behind(open_goals, wanted):
        raise GoalsLeftBehind(numbers=[open_goals[pk].number for pk in missing])
    if lost := astray(wanted, set(open_goals)):
        raise MergesIntoNothing(number=open_goals[lost[0]].number)
    made: dict[int, Goal] = {}
    # Those that are merged come last: what they are merged into has to be there.
    for pk in sorted(open_goals, key=lambda pk: (wanted[pk].become == "merged", open_goals[pk].number)):
        _done(open_goals[pk], wanted[pk], edition, made, by=by, at=at)
    counts = {become: sum(choice.become == become for choice in wanted.values()) for become in SETTLING}
    trail.record("programme.carried-forward", programme, by=by, at=at, about=programme.party_id, **counts)
    return counts


def settle_rest(programme: Programme, *, into: Programme, by: Actor, at: datetime) -> None:
    """Retire the goals of an edition that another replaces; those of which nobody said anything are carried over.

    Part of replacing a programme, which records it.
    """
    for goal in unsettled(programme, by=by):
        _carried(goal, into, by=by, at=at, reason=ON_ENTRY)
    leading = GoalStep.objects.filter(goal__programme=programme, goal__retired_at=None, kind__in=LEADING)
    outcomes = {step.goal: (step.kind, str(step.into)) for step in leading.select_related("goal", "into")}
    for goal, (kind, other) in outcomes.items():
        _retired(goal, kind, other, by, at)


def drop_all(programme: Programme, *, reason: str, by: Actor, at: datetime) -> None:
    """Drop every goal that still stands; part of ending a programme, which records it."""
    for goal in unsettled(programme, by=by):
        _step(goal, StepKind.DROPPED, None, reason, by, at)
        _retired(goal, Outcome.DROPPED, reason, by, at)


def unsettled(programme: Programme, *, by: Actor) -> list[Goal]:
    """The goals of an edition of which nobody has said what becomes of them, in their order."""
    rows = Goal.objects.seen_by(by).live().filter(programme=programme).select_related("objective", "area", "party")
    return list(rows.exclude(steps__kind__in=SETTLING).order_by("number"))


def _done(goal: Goal, choice: Choice, into: Programme, made: dict[int, Goal], *, by: Actor, at: datetime) -> None:
    """One goal made what was chosen."""
    match choice.become:
        case "completed":
            complete(goal, note=choice.reason, by=by, at=at)
        case "dropped":
            drop(goal, reason=choice.reason, by=by, at=at)
        case "split":
            split(goal, titles=choice.titles, into=into, by=by, at=at)
        case "merged":
            merge(goal, into=made[choice.into or 0], by=by, at=at)
        case _:
            made[goal.pk] = _carried(goal, into, by=by, at=at)


def _held(goal: Goal, by: Actor, *, settled: bool = False) -> Goal:
    """The goal locked for changing, for whoever may, while it stands and nothing has been said of it yet."""
    rows = Goal.objects.seen_by(by).select_for_update(of=("self",)).select_related("party", "objective", "area")
    found = rows.filter(pk=goal.pk).first()
    if found is None:
        raise NotFound(what="goal")
    must_speak_for(found.party_id, by)
    if not found.is_live:
        raise GoalHasEnded(number=found.number)
    if not settled and found.steps.filter(kind__in=SETTLING).exists():
        raise GoalIsSettled(number=found.number)
    return found


def _next(programme: Programme, party: str) -> Programme:
    """The edition that goals go into."""
    found = Programme.objects.select_for_update(of=("self",)).filter(pk=programme.pk, party=party).first()
    if found is None or found.state != ProgrammeState.DRAFTING:
        raise NotTheNextEdition
    return found


def _carried(goal: Goal, into: Programme, *, by: Actor, at: datetime, reason: str = "") -> Goal:
    made = _copied(goal, into, title="")
    _step(goal, StepKind.CARRIED_OVER, made, reason, by, at)
    trail.record("goal.carried-over", goal, by=by, at=at, about=goal.party_id, into=made.number)
    return made


def _copied(goal: Goal, into: Programme, *, title: str) -> Goal:
    """The goal as it stands in the next edition, under the objective as that edition has it; open milestones go with it."""
    number = (Goal.objects.filter(party=goal.party_id).aggregate(last=Max("number"))["last"] or 0) + 1
    made = Goal.objects.create(
        party_id=goal.party_id, objective=_objective(goal.objective, into), number=number, title_en=title or goal.title_en,
        title_fr="" if title else goal.title_fr, area=goal.area, tier=goal.tier, units=goal.units, deadline=goal.deadline,
        priority=goal.priority, programme=into, is_title_only=goal.is_title_only, is_demonstration=goal.is_demonstration,
    )  # fmt: skip
    made.markers.set(goal.markers.all())
    if not title:
        for milestone in goal.milestones.filter(state="open"):
            milestone.pk, milestone.goal, milestone._state.adding = None, made, True
            milestone.save(force_insert=True)
        for support in goal.supports.exclude(kind="activity"):
            support.pk, support.goal, support._state.adding = None, made, True
            support.save(force_insert=True)
    return made


def _objective(objective: Objective, into: Programme) -> Objective:
    """The objective in the next edition: the same words under a number of its own, or one of no edition as it is."""
    if objective.programme_id in (None, into.pk):
        return objective
    same = Objective.objects.filter(Q(programme=into) & Q(title_en=objective.title_en)).first()
    if same:
        return same
    number = (Objective.objects.filter(party=objective.party_id).aggregate(last=Max("number"))["last"] or 0) + 1
    first = into.since.earliest.year if into.since.earliest else objective.first_year
    last = into.until.latest.year if into.until.latest else max(objective.last_year, first)
    return Objective.objects.create(
        party_id=objective.party_id, number=number, title_en=objective.title_en, title_fr=objective.title_fr, first_year=first,
        last_year=max(first, last), programme=into, is_demonstration=objective.is_demonstration,
    )  # fmt: skip


def _over(goal: Goal, outcome: Outcome, reason: str, *, by: Actor, at: datetime) -> None:
    _step(goal, outcome, None, reason, by, at)
    _retired(goal, outcome, reason, by, at)


def _step(goal: Goal, kind: str, into: Goal | None, reason: str, by: Actor, at: datetime) -> None:
    settled = GoalIsSettled(number=goal.number)
    with refusing(a_goal_is_settled_once=settled, a_goal_leads_into_another_once=settled), transaction.atomic():
        GoalStep.objects.create(goal=goal, kind=kind, into=into, reason=reason, at=at, by=by.login)


def _retired(goal: Goal, outcome: str, reason: str, by: Actor, at: datetime) -> None:
    """The goal as one that no longer stands."""
    goal.retired_at, goal.retired_by, goal.outcome, goal.version = at, by.login, outcome, goal.version + 1
    goal.reason = (reason or outcome.replace("_", " "))[:600]
    goal.save(update_fields=["retired_at", "retired_by", "reason", "outcome", "version"])
