"""The golden thread of a programme: objective, goal, activity, request, seat, people, report, milestone; and where it is broken.

Read across the rooms below in a fixed number of queries, whatever the number of goals. A break is work: it says what is
missing and where it is mended. Of people it knows how many, never who.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from django.db.models import Count, F, Q, Sum

from comity.activities.models import Activity, ActivityState, EditionState, beyond_names
from comity.feedback.models import ActivityReport
from comity.feedback.queries.attended import counted
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Sentence, _
from comity.nominations.models import HOLDING, Nomination
from comity.participation.models import Grant, Request, RequestState
from comity.plans.models import PlanLine, PlanState
from comity.programmes.models import Goal, Milestone, MilestoneState, Objective, Programme, Support, SupportKind

GONE = (ActivityState.RETURNED, ActivityState.RETIRED)
ALLOTTED = (EditionState.RUNNING, EditionState.CLOSED)
FEW = 12
Hanging = TypeVar("Hanging", Support, Milestone)


class Break(NamedTuple):
    """Where the thread is broken: what is missing, the act that mends it, and where."""

    words: Sentence
    mend: Sentence
    href: str


class People(NamedTuple):
    """How many of a party hold a seat at an activity, were put forward, accepted, came, and did not come."""

    holding: int = 0
    nominated: int = 0
    accepted: int = 0
    came: int = 0
    no_shows: int = 0


NOBODY = People()


@dataclass(frozen=True)
class Strand:
    """One activity that supports a goal, as far as the party has come with it."""

    activity: Activity
    planned: int
    request: Request | None
    seats: int
    people: People = NOBODY
    is_reported: bool = False

    @property
    def empty(self) -> int:
        """Seats granted for which nobody is named."""
        return max(self.seats - self.people.holding, 0)

    @property
    def asked(self) -> int:
        """Places asked for, drafts included."""
        return (self.request.places or 0) if self.request else 0


@dataclass(frozen=True)
class GoalThread:
    """A goal with what hangs on it."""

    goal: Goal
    strands: Sequence[Strand]
    others: Sequence[Support]
    milestones: Sequence[Milestone]
    breaks: Sequence[Break]

    @property
    def asked(self) -> int:
        """Places asked for at its activities."""
        return sum(strand.asked for strand in self.strands)

    @property
    def seats(self) -> int:
        """Seats granted at its activities."""
        return sum(strand.seats for strand in self.strands)

    @property
    def met(self) -> int:
        """Milestones that are met."""
        return sum(milestone.state == MilestoneState.MET for milestone in self.milestones)


@dataclass(frozen=True)
class ObjectiveThread:
    """An objective with its goals in one programme."""

    objective: Objective
    goals: Sequence[GoalThread]
    breaks: Sequence[Break]


@dataclass(frozen=True)
class Thread:
    """The whole thread of a programme, the figures of each of its links, and the requests that serve no goal."""

    programme: Programme
    objectives: Sequence[ObjectiveThread]
    loose: Sequence[Request] = field(default_factory=tuple)

    @property
    def goals(self) -> list[GoalThread]:
        """Every goal of the programme."""
        return [goal for objective in self.objectives for goal in objective.goals]

    @property
    def strands(self) -> list[Strand]:
        """Every activity that supports a goal, once a goal."""
        return [strand for goal in self.goals for strand in goal.strands]

    @property
    def breaks(self) -> list[Break]:
        """Everything to mend, from the top of the thread down."""
        found = [gap for objective in self.objectives for gap in objective.breaks]
        found += [gap for goal in self.goals for gap in goal.breaks]
        return found + list(self._serving_no_goal())

    def _serving_no_goal(self) -> Iterator[Break]:
        """One break an objective: each of its requests may be in order, and together they show what the programme does not."""
        many = Counter(request.objective_id for request in self.loose)
        for told in self.objectives:
            if count := many[told.objective.pk]:
                words = Sentence(
                    _("{count} requests name objective {number}, but their activities support none of its goals."),
                    {"count": count, "number": told.objective.number},
                )
                href = f"/requests/?objective={told.objective.number}"
                yield Break(words, Sentence(_("Look at the requests")), href)

    @property
    def activities(self) -> int:
        """Activities that support a goal, each counted once."""
        return len({strand.activity.pk for strand in self.strands})

    @property
    def requests(self) -> int:
        """Requests that hang on the thread, each counted once."""
        return len({strand.request.pk for strand in self.strands if strand.request})

    @property
    def seats(self) -> int:
        """Seats granted on the thread, each counted once."""
        return sum({strand.activity.pk: strand.seats for strand in self.strands}.values())

    @property
    def people(self) -> People:
        """People on the thread, those of each activity counted once."""
        each = {strand.activity.pk: strand.people for strand in self.strands}.values()
        return People(*(sum(counts) for counts in zip(*each, strict=True))) if each else NOBODY

    @property
    def reports(self) -> tuple[int, int]:
        """Activities that are reported on, and activities to which somebody came."""
        came = {strand.activity.pk: strand.is_reported for strand in self.strands if strand.people.came}
        return sum(came.values()), len(came)

    @property
    def milestones(self) -> tuple[int, int]:
        """Milestones met, and milestones in all that are not dropped."""
        live = [m for goal in self.goals for m in goal.milestones if m.state != MilestoneState.DROPPED]
        return sum(m.state == MilestoneState.MET for m in live), len(live)


def thread(programme: Programme, *, on: date, seen_by: Actor) -> Thread:
    """The thread of a programme as it hangs on a day.

    Raises:
        NotFound: the reader may know that the programme exists, but not what hangs on it.
    """
    if not programme.is_open_to(seen_by):
        raise NotFound(what="programme")
    goals = list(Goal.objects.seen_by(seen_by).live().filter(programme=programme).select_related("objective", "area"))
    hung = _Hung.on(goals, programme, seen_by)
    by_objective: dict[int, list[GoalThread]] = defaultdict(list)
    for goal in goals:
        by_objective[goal.objective_id].append(hung.thread(goal, on))
    objectives = Objective.objects.seen_by(seen_by).filter(Q(pk__in=by_objective) | Q(programme=programme, retired_at=None))
    told = [_objective(objective, by_objective.get(objective.pk, [])) for objective in objectives.order_by("number")]
    return Thread(programme, told, tuple(hung.loose()))


def in_detail(found: Thread, objective: str) -> list[ObjectiveThread]:
    """The objectives told goal by goal: the one asked for by its number, or all where there are few goals."""
    if objective:
        return [told for told in found.objectives if str(told.objective.number) == objective]
    return list(found.objectives) if len(found.goals) <= FEW else []


def span(found: Thread, on: date) -> tuple[date, date]:
    """The first and the last day of the years that the picture shows: those of the programme, four where they are not known."""
    first = found.programme.since.earliest or date(on.year, 1, 1)
    last = found.programme.until.latest or date(first.year + 3, 12, 31)
    return date(first.year, 1, 1), date(max(first, last).year, 12, 31)


def served(activity: Activity, *, seen_by: Actor) -> list[Goal]:
    """The goals that an activity supports: the thread from its other end."""
    found = Support.objects.seen_by(seen_by).filter(activity=activity).values_list("goal", flat=True)
    goals = Goal.objects.seen_by(seen_by).live().filter(pk__in=found)
    return list(goals.select_related("party", "objective", "programme__type").order_by("party", "number"))


@dataclass(frozen=True)
class _Hung:
    """What hangs on the goals of a programme, read once for all of them."""

    supports: Mapping[int, Sequence[Support]]
    milestones: Mapping[int, Sequence[Milestone]]
    requests: Mapping[int, Request]
    seats: Mapping[int, int]
    planned: Mapping[int, int]
    people: Mapping[int, People]
    reported: frozenset[int]

    @classmethod
    def on(cls, goals: Sequence[Goal], programme: Programme, actor: Actor) -> _Hung:
        """Read it, in a number of queries that does not grow."""
        named = beyond_names("activity")
        hanging = Support.objects.seen_by(actor).filter(goal__in=goals).select_related("activity__edition")
        supports = _by_goal(hanging.defer(*named))
        milestones = _by_goal(Milestone.objects.seen_by(actor).filter(goal__in=goals))
        of_party = Request.objects.seen_by(actor).live().filter(party=programme.party_id)
        chosen = [s.activity_id for row in supports.values() for s in row if s.activity_id]
        objectives = {goal.objective_id for goal in goals}
        asked = of_party.filter(activity__in=chosen) | of_party.filter(objective__in=objectives)
        requests = {request.activity_id: request for request in asked.select_related("activity__edition").defer(*named)}
        grants = Grant.objects.seen_by(actor).filter(party=programme.party_id, activity__in=requests)
        seats = grants.values("activity").annotate(held=Sum(F("funded") + F("self_paid"))).values_list("activity", "held")
        lines = PlanLine.objects.seen_by(actor).filter(
            plan__party=programme.party_id, plan__state=PlanState.DRAFT, activity__in=chosen, year=F("activity__edition")
        )
        return cls(
            supports,
            milestones,
            requests,
            dict(seats),
            dict(lines.values_list("activity", "people")),
            people_at(chosen, seen_by=actor).get(programme.party_id, {}),
            _reported(chosen, actor),
        )

    def thread(self, goal: Goal, on: date) -> GoalThread:
        """One goal with all that hangs on it."""
        supports, milestones = self.supports.get(goal.pk, ()), self.milestones.get(goal.pk, ())
        strands = [self._strand(s.activity) for s in supports if s.kind == SupportKind.ACTIVITY and s.activity]
        others = [s for s in supports if s.kind != SupportKind.ACTIVITY]
        breaks = [*_of_goal(goal, supports, milestones), *_of_milestones(goal, milestones, on)]
        breaks += [gap for strand in strands for gap in (*_of_strand(goal, strand), *_of_people(goal, strand, on))]
        return GoalThread(goal, strands, others, milestones, breaks)

    def loose(self) -> Iterator[Request]:
        """Requests that serve an objective here by an activity that supports none of its goals."""
        supported = {s.activity_id for row in self.supports.values() for s in row}
        return (request for at, request in self.requests.items() if at not in supported)

    def _strand(self, activity: Activity) -> Strand:
        at = activity.pk
        known = (self.planned.get(at, 0), self.requests.get(at), self.seats.get(at, 0))
        return Strand(activity, *known, self.people.get(at, NOBODY), at in self.reported)


def people_at(activities: Sequence[int], *, seen_by: Actor) -> dict[str, dict[int, People]]:
    """How many people of each party are on their way to activities, or came, as far as a reader may count them."""
    found: dict[str, dict[int, People]] = defaultdict(dict)
    rows = Nomination.objects.seen_by(seen_by).filter(activity__in=activities).order_by().values_list("party", "activity")
    counts = {"holding": Count("pk", filter=Q(state__in=HOLDING)), **counted()}
    for party, activity, *people in rows.annotate(**counts).values_list("party", "activity", *counts):
        found[party][activity] = People(*people)
    return found


def _reported(activities: Sequence[int], actor: Actor) -> frozenset[int]:
    """Which activities have a report that this reader may read."""
    found = ActivityReport.objects.seen_by(actor).handed_in().filter(activity__in=activities)
    return frozenset(found.values_list("activity", flat=True))


def _by_goal(rows: Iterable[Hanging]) -> dict[int, list[Hanging]]:
    found: dict[int, list[Hanging]] = defaultdict(list)
    for row in rows:
        found[row.goal_id].append(row)
    return found


def _objective(objective: Objective, goals: Sequence[GoalThread]) -> ObjectiveThread:
    breaks = []
    if not goals:
        words = Sentence(_("Objective {number} has no goal in this programme."), {"number": objective.number})
        breaks = [Break(words, Sentence(_("Set a goal")), f"/programmes/goals/new/{objective.party_id}/")]
    return ObjectiveThread(objective, goals, breaks)


def _of_goal(goal: Goal, supports: Sequence[Support], milestones: Sequence[Milestone]) -> Iterator[Break]:
    href, facts = f"/programmes/goals/{goal.pk}/", {"number": goal.number}
    if not supports:
        yield Break(Sentence(_("Nothing supports goal {number}."), facts), Sentence(_("Name what supports it")), href)
    if not milestones:
        yield Break(Sentence(_("Goal {number} has no milestone."), facts), Sentence(_("Set a milestone")), href)


def _of_milestones(goal: Goal, milestones: Sequence[Milestone], on: date) -> Iterator[Break]:
    for milestone in milestones:
        due = milestone.due.latest
        if milestone.state == MilestoneState.OPEN and due and due < on:
            facts = {"title": milestone.title, "number": goal.number, "due": milestone.due}
            words = Sentence(_("“{title}” of goal {number} was due by {due} and is still open."), facts)
            yield Break(words, Sentence(_("Settle the milestone")), f"/programmes/goals/{goal.pk}/")


def _of_strand(goal: Goal, strand: Strand) -> Iterator[Break]:
    """What is broken between a goal and the seats of one activity; the first break of a strand alone, for the rest follow."""
    activity, request = strand.activity, strand.request
    facts = {"title": activity.title, "number": goal.number}
    edition = activity.edition
    if activity.state in GONE:
        words = Sentence(_("“{title}”, which supports goal {number}, is no longer in the menu."), facts)
        yield Break(words, Sentence(_("Choose another activity")), f"/programmes/goals/{goal.pk}/")
    elif request is None:
        if edition.is_on_offer:
            words = Sentence(_("No places are asked for at “{title}”, which supports goal {number}."), facts)
            yield Break(words, Sentence(_("Ask for places")), f"/menu/{activity.edition_id}/{activity.number}/")
    elif request.state == RequestState.DRAFT:
        words = Sentence(_("The request for “{title}” is still a draft."), facts)
        yield Break(words, Sentence(_("Submit the request")), f"/requests/{request.pk}/")
    elif request.objective_id != goal.objective_id:
        words = Sentence(_("The request for “{title}” does not name the objective of goal {number}."), facts)
        yield Break(words, Sentence(_("Link the request")), f"/requests/{request.pk}/")
    elif edition.state in ALLOTTED and not strand.seats:
        words = Sentence(_("No seat was granted at “{title}”, which supports goal {number}."), facts)
        yield Break(words, Sentence(_("Read why")), f"/requests/{request.pk}/")


def _of_people(goal: Goal, strand: Strand, on: date) -> Iterator[Break]:
    """What is broken between the seats of one activity and what was reported of it."""
    activity, ends = strand.activity, strand.activity.last_day
    facts = {"title": activity.title, "number": goal.number}
    if activity.state in GONE:
        return
    if strand.empty and activity.edition.state in ALLOTTED and ends and on <= ends:
        words = Sentence(
            _("“{title}”, which supports goal {number}, has seats without a person: {seats}."), {**facts, "seats": strand.empty}
        )
        yield Break(words, Sentence(_("Name people")), f"/nominations/?activity={activity.number}")
    if strand.people.came and not strand.is_reported:
        words = Sentence(
            _("{people} came to “{title}”, and there is no report on it yet."), {**facts, "people": strand.people.came}
        )
        yield Break(words, Sentence(_("Look for the report")), f"/feedback/{activity.number}/")
