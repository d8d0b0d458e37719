"""Reads of programmes: the register of them, one with all that hangs on it, what stands between a party and a new one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from comity.activities.models import Term, beyond_names
from comity.agreements.models import Agreement, AgreementState
from comity.frameworks.queries import standings
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.refusals import NotFound
from comity.parties.models import Party
from comity.programmes.models import (
    Evidence,
    Goal,
    GoalStep,
    Milestone,
    Objective,
    Programme,
    ProgrammeQuerySet,
    ProgrammeState,
    ProgrammeType,
    Prolongation,
    Support,
)
from comity.programmes.rules import findings
from comity.programmes.rules.eligibility import Wish
from comity.programmes.rules.history import Standing, proposed


@dataclass(frozen=True)
class GoalTold:
    """A goal with what hangs on it, and what it is proposed to become in the next edition."""

    goal: Goal
    milestones: Sequence[Milestone]
    supports: Sequence[Support]
    steps: Sequence[GoalStep]
    markers: Sequence[Term] = ()

    @property
    def evidence(self) -> list[Evidence]:
        """What came of the activities that support it."""
        return [support.evidence for support in self.supports if hasattr(support, "evidence")]

    @property
    def counted(self) -> list[Milestone]:
        """The milestones that count: those not dropped."""
        return [m for m in self.milestones if m.state != "dropped"]

    @property
    def met(self) -> int:
        """How many of them are met."""
        return sum(m.state == "met" for m in self.milestones)

    @property
    def standing(self) -> Standing:
        """The goal as rules see it."""
        left = sum(m.state == "open" for m in self.milestones)
        return Standing(self.goal.pk, self.met, left, sum(m.state == "missed" for m in self.milestones))

    @property
    def become(self) -> str:
        """What it is proposed to become."""
        return proposed(self.standing)

    @property
    def is_settled(self) -> bool:
        """Whether somebody has said what becomes of it in the next edition, or it has ended."""
        return not self.goal.is_live or any(step.goal_id == self.goal.pk and step.kind in SETTLING for step in self.steps)


SETTLING = {"carried_over", "merged", "split", "completed", "dropped"}


@dataclass(frozen=True)
class ObjectiveTold:
    """An objective of a programme with its goals."""

    objective: Objective
    goals: Sequence[GoalTold]


@dataclass(frozen=True)
class Told:
    """A programme with all that hangs on it; `within` only for those who may read more than that it is."""

    programme: Programme
    within: bool
    objectives: Sequence[ObjectiveTold] = ()
    prolongations: Sequence[Mapping[str, str]] = ()
    siblings: Sequence[Programme] = ()

    @property
    def replaced_by(self) -> Programme | None:
        """What took its place, which is nearly always another of its party that is read already."""
        known = (row for row in self.siblings if row.pk == self.programme.replaced_by_id)
        return next(known, None) or self.programme.replaced_by

    @property
    def following(self) -> list[Programme]:
        """The editions that come after it."""
        return [other for other in self.siblings if other.previous_id == self.programme.pk]

    @property
    def goals(self) -> list[GoalTold]:
        """All its goals."""
        return [goal for objective in self.objectives for goal in objective.goals]

    @property
    def milestones(self) -> tuple[int, int]:
        """How many milestones are met, and how many there are that are not dropped."""
        return sum(g.met for g in self.goals), sum(len(g.counted) for g in self.goals)

    @property
    def unsettled(self) -> list[GoalTold]:
        """The goals of which nobody has said what becomes of them."""
        return [goal for goal in self.goals if not goal.is_settled]


# The prolongations of a programme, read together with it.
PROLONGED = ArraySubquery(
    Prolongation.objects.filter(programme=OuterRef("pk"))
    .order_by("at")
    .values(told=JSONObject(former="former", until="until", body="body", reference="reference"))
)


def programmes(*, seen_by: Actor) -> ProgrammeQuerySet:
    """The programmes a reader may see, with their parties and types."""
    return Programme.objects.seen_by(seen_by).select_related("party", "type", "source")


def programme(pk: int, *, seen_by: Actor) -> Programme:
    """One programme.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = programmes(seen_by=seen_by).select_related("agreement").prefetch_related("markers").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="programme")
    return found


def types(*, seen_by: Actor) -> QuerySet[ProgrammeType]:
    """The types of programmes in the order of the pack, each with how many programmes of it a reader sees."""
    seen = Programme.objects.seen_by(seen_by).values("pk")
    counted = Count("programmes", filter=Q(programmes__in=seen), distinct=True)
    return ProgrammeType.objects.seen_by(seen_by).prefetch_related("replaces", "sources").annotate(count=counted).order_by("place")


def programme_type(code: str, *, seen_by: Actor) -> ProgrammeType:
    """One type.

    Raises:
        NotFound: there is none.
    """
    found = ProgrammeType.objects.seen_by(seen_by).filter(pk=code.upper()).first()
    if found is None:
        raise NotFound(what="type")
    return found


def narrowed(found: ProgrammeQuerySet, asked: Mapping[str, Sequence[str]]) -> ProgrammeQuerySet:
    """The programmes asked for, by party, type, state and marker of the document or of one of its goals."""
    if parties := [code.upper() for code in asked.get("party", ()) if code]:
        found = found.filter(party__in=parties)
    if kinds := [code.upper() for code in asked.get("type", ()) if code]:
        found = found.filter(type__in=kinds)
    if states := [state for state in asked.get("state", ()) if state]:
        found = found.filter(state__in=states)
    if markers := [code for code in asked.get("marker", ()) if code]:
        marked = Q(markers__code__in=markers) | Q(goals__markers__code__in=markers)
        found = found.filter(marked).distinct()
    return found


def told(found: Programme, *, seen_by: Actor) -> Told:
    """A programme with all that hangs on it, in a number of queries that does not grow."""
    if not found.is_open_to(seen_by):
        return Told(found, within=False)
    goals = goals_told(Goal.objects.seen_by(seen_by).filter(programme=found), seen_by=seen_by)
    by_objective: dict[int, list[GoalTold]] = defaultdict(list)
    for goal in goals:
        by_objective[goal.goal.objective_id].append(goal)
    own = Objective.objects.seen_by(seen_by)
    rows = programmes(seen_by=seen_by).filter(party=found.party_id).annotate(prolonged=PROLONGED)
    of_party: list[Any] = list(rows)
    prolonged = {row.pk: row.prolonged for row in of_party}
    objectives = own.filter(Q(programme=found) | Q(pk__in=by_objective)).order_by("number")
    return Told(
        found,
        within=True,
        objectives=[ObjectiveTold(o, by_objective.get(o.pk, [])) for o in objectives],
        prolongations=prolonged[found.pk],
        siblings=[row for row in of_party if row.pk != found.pk],
    )


def goals_told(rows: Iterable[Goal], *, seen_by: Actor) -> list[GoalTold]:
    """Goals with their milestones, supports and steps, those that led to them included."""
    wanted = rows if not isinstance(rows, QuerySet) else rows.select_related("area").prefetch_related("markers").order_by("number")
    goals = list(wanted)
    milestones, supports, steps = defaultdict(list), defaultdict(list), defaultdict(list)
    for milestone in Milestone.objects.seen_by(seen_by).filter(goal__in=goals):
        milestones[milestone.goal_id].append(milestone)
    tied = Support.objects.seen_by(seen_by).filter(goal__in=goals).select_related("activity", "evidence")
    for support in tied.defer(*beyond_names("activity")):
        supports[support.goal_id].append(support)
    history = GoalStep.objects.seen_by(seen_by).filter(Q(goal__in=goals) | Q(into__in=goals)).select_related("goal", "into")
    for step in history.order_by("at", "pk"):
        steps[step.goal_id].append(step)
        if step.into_id:
            steps[step.into_id].append(step)
    return [GoalTold(g, milestones[g.pk], supports[g.pk], steps[g.pk], list(g.markers.all())) for g in goals]


def findings_of(party: Party, kind: ProgrammeType, *, on: date, seen_by: Actor) -> list[Finding]:
    """What stands between a party and a document of a type on a day, worst first."""
    own = Programme.objects.filter(party=party)
    running = set(own.filter(state__in=[ProgrammeState.IN_FORCE, ProgrammeState.RECORDED]).values_list("type", flat=True))
    wish = Wish(
        type=kind.name,
        party=party.name,
        openings=kind.opening(),
        ended=kind.until,
        in_force=own.filter(type=kind, state=ProgrammeState.IN_FORCE).exists() and kind.is_alone,
        requires=tuple(kind.requires),
        held=frozenset(running),
    )
    return list(findings(standings([party.code], seen_by=seen_by)[party.code], wish, on=on))


def awaiting(agreement: int, *, seen_by: Actor) -> list[tuple[Programme, Agreement]]:
    """The draft that waits for an agreement, with it, once that is enough for the type of the draft."""
    told = Agreement.objects.seen_by(seen_by).filter(pk=agreement).first()
    if told is None:
        return []
    enough = programmes(seen_by=seen_by).filter(state=ProgrammeState.DRAFTING, text=told.text_id)
    if told.state == AgreementState.AGREED:
        enough = enough.filter(type__is_signed=False)
    elif told.state != AgreementState.SIGNED:
        return []
    return [(programme, told) for programme in enough]
