"""What a deed does to what parties aim at: lines of their plans, goals with what supports them, milestones on the way."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from comity.changes.models import Deed
from comity.changes.queries.reach import Reach
from comity.changes.rules import CHANGED, LOST, NOTED, Consequence, joined
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.plans.models import PlanLine, PlanState
from comity.programmes.models import Goal, Milestone, MilestoneState, Support


@dataclass
class Hit:
    """A goal that is touched: units that its plan no longer reaches, and whether its support falls, moves or is the last."""

    reached: int = 0
    units: int = 0
    supports: list[Support] = field(default_factory=list)
    others: int = 0


def aims(found: Reach, *, seen_by: Actor) -> list[Consequence]:
    """Lines of plans, goals and milestones that a deed touches."""
    lines = _lines(found, seen_by)
    supports = _supports(found, seen_by)
    wanted = Q(pk__in=[s.goal_id for s in supports]) | Q(party__in={n.plan.party_id for n in lines})
    aimed = {g.pk: g for g in Goal.objects.seen_by(seen_by).live().filter(wanted).order_by("party", "number")}
    hits = _hits(found, lines, supports, aimed)
    rows = [*_of_lines(found, lines), *(row for pk, hit in hits.items() for row in _of_goal(found, aimed[pk], hit))]
    return [*rows, *_milestones(found, {pk: aimed[pk] for pk, hit in hits.items() if hit.supports or hit.units}, seen_by)]


def _lines(found: Reach, seen_by: Actor) -> list[PlanLine]:
    """The lines of plans that parties work on and that send somebody there, as far as the deed changes them."""
    rows = PlanLine.objects.seen_by(seen_by).filter(plan__state=PlanState.DRAFT, people__gt=0, activity__in=found.keys)
    if party := found.change.party_id:
        rows = rows.filter(plan__party=party)
    told = list(rows.select_related("plan", "activity").order_by("plan__party", "pk"))
    return [n for n in told if found.takes_all or _people_lost(found, n) or found.change.deed == Deed.MOVE]


def _people_lost(found: Reach, line: PlanLine) -> int:
    """How many of the people of a line can no longer go."""
    if found.takes_all:
        return line.people
    if line.year != line.activity.edition_id:
        return 0
    key = (line.activity_id, line.plan.party_id)
    return max(0, line.people - (found.held[key] - found.lost[key])) if found.lost[key] else 0


def _of_lines(found: Reach, lines: Iterable[PlanLine]) -> Iterator[Consequence]:
    for line in lines:
        lost = _people_lost(found, line)
        facts = {"people": line.people, "lost": lost, "year": str(line.year)}
        if lost:
            says = Sentence(_("Plan of {year}: people who cannot go: {lost} of {people}"), facts)
        elif line.year == line.activity.edition_id:
            says = Sentence(_("Plan of {year}: people who go on other days: {people}"), facts)
        else:
            says = Sentence(_("Plan of {year}: days assumed from this activity change (people: {people})"), facts)
        yield Consequence(
            "plan", line.plan.party_id, f"{line.activity.number} {line.year}", _at(found, line, says),
            f"/programmes/plans/{line.plan.party_id}/", str(line.people), str(line.people - lost), lost or line.people,
            LOST if lost else CHANGED,
        )  # fmt: skip


def _at(found: Reach, row: PlanLine | Support, says: Sentence) -> Sentence:
    if found.change.deed != Deed.SUSPEND or row.activity is None:
        return says
    return Sentence(_("“{title}” · {what}"), {"title": row.activity.title, "what": says})


def _supports(found: Reach, seen_by: Actor) -> Sequence[Support]:
    """What supports live goals, each with how many other things support the same goal."""
    still = Q(goal__supports__activity__isnull=True) | Q(goal__supports__activity__state="approved")
    others = Count("goal__supports", filter=still & ~Q(goal__supports__activity__in=found.keys))
    rows = Support.objects.seen_by(seen_by).filter(activity__in=found.keys, goal__retired_at__isnull=True)
    if party := found.change.party_id:
        rows = rows.filter(goal__party=party)
    told = list(rows.annotate(others=others).select_related("activity", "goal").order_by("goal__party", "goal__number", "pk"))
    if found.change.deed != Deed.SHRINK:
        return told
    return [s for s in told if s.activity_id and found.lost[s.activity_id, s.goal.party_id]]


def _hits(found: Reach, lines: Sequence[PlanLine], supports: Iterable[Support], goals: Mapping[int, Goal]) -> dict[int, Hit]:
    """What happens to each goal, by plan and by support."""
    hits: dict[int, Hit] = defaultdict(Hit)
    by_number = {(g.party_id, g.number): g for g in goals.values()}
    for support in supports:
        hits[support.goal_id].supports.append(support)
        hits[support.goal_id].others = support.others  # type: ignore[attr-defined]
    for line in lines:
        serves: Collection[int] = line.plan.outcome.get("serves", {}).get(f"{line.activity_id}:{line.year}", ())
        for number in serves:
            goal = by_number.get((line.plan.party_id, number))
            if goal and (people := _people_lost(found, line) or _too_late(found, line, goal)):
                hits[goal.pk].units += people * line.units
    for reached, units, pk in _reached(lines):
        if pk in hits:
            hits[pk].reached = min(reached, units)
    return {pk: hits[pk] for pk in sorted(hits, key=lambda pk: (goals[pk].party_id, goals[pk].number)) if pk in goals}


def _reached(lines: Iterable[PlanLine]) -> Iterator[tuple[int, int, int]]:
    """What plans reach of each goal, as they stand: units reached, units needed, the goal."""
    for plan in {n.plan_id: n.plan for n in lines}.values():
        for told in plan.outcome.get("goals", []):
            yield told["reached"], told["needed"], told["goal"]


def _too_late(found: Reach, line: PlanLine, goal: Goal) -> int:
    """The people who would come home after the deadline of a goal because of a move, and would not have before."""
    if found.change.deed != Deed.MOVE or line.year != line.activity.edition_id:
        return 0
    return line.people if _passes(goal.deadline.latest, line.activity.last_day, found.days.last) else 0


def _passes(by: date | None, former: date | None, latter: date | None) -> bool:
    """Whether a day moves past another that it kept before."""
    return bool(by and latter and latter > by and (former is None or former <= by))


def _of_goal(found: Reach, goal: Goal, hit: Hit) -> Iterator[Consequence]:
    """One consequence for a goal, saying everything that happens to it."""
    facts = {"number": goal.number, "title": goal.title, "units": goal.units}
    after = max(0, hit.reached - hit.units)
    said: list[Sentence | None] = [Sentence(_("Goal {number}, “{title}”."), facts)]
    weight = NOTED
    if hit.units:
        told = facts | {"before": hit.reached, "after": after}
        said.append(Sentence(_("By its plan it reaches {after} of {units} units instead of {before}."), told))
        weight = LOST
    if hit.supports:
        support, weight = _of_supports(found, goal, hit, weight)
        said.append(support)
    if len(said) > 1:
        before = f"{hit.reached}/{goal.units}" if hit.units else ""
        yield Consequence(
            "goal", goal.party_id, f"{goal.number:05}", joined(said), f"/programmes/goals/{goal.pk}/",
            f"{before} {len(hit.supports)}+{hit.others}", str(after) if hit.units else "", max(hit.units, 1), weight,
        )  # fmt: skip


def _of_supports(found: Reach, goal: Goal, hit: Hit, weight: str) -> tuple[Sentence, str]:
    """What happens to what supports a goal; a golden thread that would break is said."""
    facts = {"number": goal.number, "deadline": goal.deadline, "count": hit.others}
    if found.takes_all:
        if not hit.others:
            return Sentence(_("The thread breaks here: nothing else supports it."), facts), LOST
        return Sentence(_("It loses a support; others that remain: {count}."), facts), CHANGED if weight == NOTED else weight
    if found.change.deed == Deed.SHRINK:
        return Sentence(_("The party has fewer places at what supports it."), facts), CHANGED if weight == NOTED else weight
    [activity] = found.activities
    if _passes(goal.deadline.latest, activity.last_day, found.days.last):
        return Sentence(_("What supports it would end after its deadline ({deadline})."), facts), LOST
    return Sentence(_("What supports it takes place on other days."), facts), weight


def _milestones(found: Reach, goals: Mapping[int, Goal], seen_by: Actor) -> Iterator[Consequence]:
    """Open milestones of the goals that are touched; of a move, those whose day it would pass."""
    rows = Milestone.objects.seen_by(seen_by).filter(goal__in=goals, state=MilestoneState.OPEN)
    several: Counter[int] = Counter()
    for milestone in rows.order_by("goal__party", "goal__number", "due", "pk"):
        goal = goals[milestone.goal_id]
        several[goal.pk] += 1
        facts = {"title": milestone.title, "number": goal.number, "due": milestone.due}
        if found.change.deed == Deed.MOVE:
            [activity] = found.activities
            if not _passes(milestone.due.latest, activity.last_day, found.days.last):
                continue
            says, weight = Sentence(_("“{title}” of goal {number} is due before the activity ends ({due})"), facts), LOST
        else:
            says, weight = Sentence(_("“{title}” of goal {number} hangs on it (due: {due})"), facts), NOTED
        key = f"{goal.number:05} {several[goal.pk]:03} {milestone.pk}"
        yield Consequence("milestone", goal.party_id, key, says, f"/programmes/goals/{goal.pk}/", str(milestone.due), "", 1, weight)
