"""What a move would make clash: people who are elsewhere in those days, and parties with too many people away."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from comity.changes.queries.reach import Reach
from comity.changes.rules import CHANGED, Consequence
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.nominations.models import Nomination
from comity.participation.models import Cap, Grant
from comity.participation.rules import people_away

Days = tuple[date, date]


def clashes(found: Reach, *, seen_by: Actor) -> list[Consequence]:
    """Clashes that the new days create and the former ones did not."""
    [activity] = found.activities
    if found.days.first is None or found.days.last is None:
        return []
    former = (activity.first_day, activity.last_day) if activity.first_day and activity.last_day else None
    latter = (found.days.first, found.days.last)
    return [*_of_people(found, former, latter, seen_by), *_of_parties(found, former, latter, seen_by)]


def _of_people(found: Reach, former: Days | None, latter: Days, seen_by: Actor) -> Iterator[Consequence]:
    """How many people of each party would be in two places at once."""
    people = {n.person_id for n in found.nominations}
    others = Nomination.objects.seen_by(seen_by).live().filter(person__in=people).exclude(activity__in=found.keys)
    within = others.filter(activity__first_day__lte=latter[1], activity__last_day__gte=latter[0]).order_by()
    double: dict[str, set[int]] = defaultdict(set)
    for party, person, first, last in within.values_list("party", "person", "activity__first_day", "activity__last_day"):
        if first and last and not (former and first <= former[1] and last >= former[0]):
            double[party].add(person)
    [activity] = found.activities
    for party, those in double.items():
        says = Sentence(_("People who would be elsewhere in those days: {people}"), {"people": len(those)})
        href = f"/nominations/?activity={activity.number}"
        yield Consequence("clash", party, f"{activity.number} people", says, href, "0", str(len(those)), len(those), CHANGED)


def _of_parties(found: Reach, former: Days | None, latter: Days, seen_by: Actor) -> Iterator[Consequence]:
    """Parties that would have more people away in one week than they may."""
    [activity] = found.activities
    held = {party: places for (_at, party), places in found.held.items()}
    caps = {c.party_id: c.away_cap for c in Cap.objects.filter(edition=activity.edition_id, party__in=held, away_cap__isnull=False)}
    others = Grant.objects.seen_by(seen_by).filter(
        party__in=caps, activity__edition=activity.edition_id, activity__first_day__isnull=False
    )
    rows = (
        others.exclude(activity=activity)
        .order_by()
        .values_list("party", "activity__first_day", "activity__last_day", "funded", "self_paid")
    )
    spans: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
    for party, first, last, funded, own in rows:
        if first and last:
            spans[party].append((first, last, funded + own))
    for party in sorted(caps):
        cap = caps[party]
        assert cap is not None
        before = people_away([*spans[party], *([(*former, held[party])] if former else [])])
        after = people_away([*spans[party], (*latter, held[party])])
        yield from _over(found, party, cap, before, after)


def _over(found: Reach, party: str, cap: int, before: Mapping[date, int], after: Mapping[date, int]) -> Iterator[Consequence]:
    [activity] = found.activities
    for week in sorted(after):
        if after[week] > cap and before.get(week, 0) <= cap:
            facts = {"people": after[week], "cap": cap, "week": week, "end": week + timedelta(days=6)}
            says = Sentence(_("People away from {week} to {end}: {people}; the party may have {cap}"), facts)
            key = f"{activity.number} week {week}"
            yield Consequence("clash", party, key, says, f"/requests/?edition={activity.edition_id}", str(before.get(week, 0)),
                              str(after[week]), after[week] - cap, CHANGED)  # fmt: skip
