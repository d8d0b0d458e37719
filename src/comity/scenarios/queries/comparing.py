"""Reads of several results of one edition side by side: figures, parties, areas, activities, shares.

A side is a round that is drawn up or a scenario that is worked out; both are read into the same shape, so that the page,
the sheet, the API and the terminal show the same figures.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, Sum

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import Name, Sentence, _
from comity.participation import queries as participation
from comity.participation.models import Line, LineQuerySet, Round, RoundQuerySet
from comity.parties.models import Party
from comity.scenarios.models import Scenario, ScenarioState
from comity.scenarios.rules import Distribution, distribution, low_end

MOST = 4
MARKS = "ABCD"
FIGURES: dict[str, str] = {
    "activities": _("Activities asked for"),
    "cancelled": _("Activities not held"),
    "seats": _("Seats of what is held"),
    "granted": _("Places granted"),
    "fill": _("Seats filled, in per cent"),
    "funded": _("Funded places"),
    "self_paid": _("Self-paid places"),
    "not_granted": _("Requests without a place"),
    "worst": _("Share of the worst-off party, in per cent"),
    "median": _("Share of the party in the middle, in per cent"),
    "spread": _("From the worst to the best share, in points"),
    "value": _("Value under its own rule"),
    "bound": _("Proven bound of the value"),
    "gap_percent": _("Gap in per cent"),
    "seconds": _("Seconds"),
}


class TooManySides(Refusal):
    """More than four cannot be read side by side."""

    message = _("At most {most} results can be read side by side; {count} are chosen.")


class NotOneEdition(Refusal):
    """Rounds of different years share out different places."""

    message = _("Only results of one edition can be compared; these are of {years}.")


class NoResultYet(Refusal):
    """What is not drawn up has nothing to compare."""

    message = _("{what} has no result yet.")


@dataclass(frozen=True)
class Side:
    """One result among those compared; `mark` is the letter it goes by on the page."""

    mark: str
    name: Sentence
    address: str
    rule: Name
    version: int
    changes: list[Sentence]
    simulation: bool
    result: Round | Scenario
    places: Mapping[str, int]

    @property
    def counts(self) -> dict[str, Any]:
        """Its figures."""
        return self.result.counts or {}

    @property
    def shares(self) -> dict[str, float]:
        """What each party received, as a share of the best it could have had alone."""
        found: dict[str, float] = (self.result.fairness or {}).get("per_party", {})
        return found

    @property
    def spread(self) -> Distribution | None:
        """How the shares lie."""
        return distribution(self.shares.values())

    @property
    def cancelled(self) -> frozenset[str]:
        """The activities that are not held."""
        return frozenset(self.result.cancelled or ())

    def figure(self, name: str) -> float | int | None:
        """One figure by its name."""
        shares = self.spread
        found: float | int | None = self.counts.get(name)
        match name:
            case "fill" if seats := self.counts.get("seats"):
                return _percent(self.counts["granted"] / seats)
            case "worst" | "median" if shares:
                return _percent(shares.worst if name == "worst" else shares.median)
            case "spread" if shares:
                return _percent(shares.best - shares.worst)
            case "value" | "bound" | "gap_percent" | "seconds":
                found = getattr(self.result, name)
        return found


def _percent(part: float) -> float:
    """A part in per cent, to two digits."""
    return round(100 * part, 2)


@dataclass(frozen=True)
class OfAParty:
    """What one party gets on each side: places, funded places, its share; and what it gains from the first to the last."""

    code: str
    name: Name
    places: list[int]
    funded: list[int]
    shares: list[float | None]

    @property
    def change(self) -> int:
        """Places more on the last side than on the first."""
        return self.places[-1] - self.places[0]


@dataclass(frozen=True)
class OfAnArea:
    """How far the seats of one area are filled on each side; its seats are those of everything asked for."""

    area: str
    seats: int
    places: list[int]

    @property
    def shares(self) -> list[float]:
        """In per cent."""
        return [round(100 * n / self.seats, 1) if self.seats else 0.0 for n in self.places]


@dataclass(frozen=True)
class OfAnActivity:
    """An activity that is held on one side and not on another: its places, or nothing where it is not held."""

    number: str
    title: str
    area: str
    places: list[int | None]


@dataclass(frozen=True)
class Comparison:
    """Two to four results of one edition side by side."""

    edition: int
    sides: list[Side]
    parties: list[OfAParty]
    areas: list[OfAnArea]
    activities: list[OfAnActivity]
    differing: LineQuerySet | None = field(default=None)

    @property
    def figures(self) -> list[tuple[str, str, list[float | int | None]]]:
        """The figures by name, in words, one a side."""
        return [(name, words, [side.figure(name) for side in self.sides]) for name, words in FIGURES.items()]

    @property
    def low(self) -> float:
        """Where the pictures of shares begin."""
        return low_end(share for side in self.sides for share in side.shares.values())

    @property
    def moved(self) -> list[OfAParty]:
        """The parties that do not hold as many places on every side."""
        return [p for p in self.parties if len(set(p.places)) > 1]


def comparable(year: Edition, *, seen_by: Actor) -> RoundQuerySet:
    """The rounds of an edition that have a result, newest first."""
    return participation.rounds(seen_by=seen_by).filter(edition=year, drawn_up_at__isnull=False)


def comparison(rounds: Sequence[int], scenarios: Sequence[int], *, seen_by: Actor) -> Comparison:
    """Some rounds and scenarios of one edition side by side, in the order in which they are named.

    Raises:
        NotFound: one of them is not there, or not for this reader.
        TooManySides, NotOneEdition, NoResultYet: they cannot be compared.
    """
    seen_by.must(Permission.SEE_ROUNDS)
    if len(rounds) + len(scenarios) > MOST:
        raise TooManySides(most=MOST, count=len(rounds) + len(scenarios))
    sides = _sides(rounds, scenarios, seen_by=seen_by)
    years = sorted({_year(side.result) for side in sides})
    if len(years) > 1:
        raise NotOneEdition(years=", ".join(map(str, years)))
    asked = _asked_for(years[0], sides)
    drawn = [side.result for side in sides if isinstance(side.result, Round)]
    differing = _differing(drawn[0], drawn[-1], seen_by=seen_by) if len(drawn) == len(sides) > 1 else None
    return Comparison(years[0], sides, _parties(sides), _areas(asked, sides), _activities(asked, sides), differing)


def _year(result: Round | Scenario) -> int:
    return result.edition_id if isinstance(result, Round) else result.study.edition_id


def _sides(rounds: Sequence[int], scenarios: Sequence[int], *, seen_by: Actor) -> list[Side]:
    """The sides, marked with letters."""
    drawn = {r.pk: r for r in participation.rounds(seen_by=seen_by).filter(pk__in=rounds)}
    worked = {s.pk: s for s in Scenario.objects.seen_by(seen_by).filter(pk__in=scenarios).select_related("rule", "study")}
    if any(pk not in drawn for pk in rounds):
        raise NotFound(what="round")
    if any(pk not in worked for pk in scenarios):
        raise NotFound(what="scenario")
    found: list[Round | Scenario] = [*(drawn[pk] for pk in rounds), *(worked[pk] for pk in scenarios)]
    return [_side(mark, result) for mark, result in zip(MARKS, found, strict=False)]


@lru_cache(maxsize=8)
def _places(round: int, _output_sha256: str) -> Mapping[str, int]:
    """The places granted at each activity that a round heard of; what is drawn up never changes, so it is kept at hand."""
    heard = Line.objects.filter(round=round).exclude(outcome="not_eligible").order_by()
    return dict(heard.values_list("request__activity__number").annotate(n=Sum(F("funded") + F("self_paid"))))


def _side(mark: str, result: Round | Scenario) -> Side:
    if isinstance(result, Scenario):
        return side_of_scenario(result, mark)
    about = (result.rule.title, result.rule.version)
    name = Sentence(_("Round {number}"), {"number": result.number})
    if not result.is_drawn_up:
        raise NoResultYet(what=name)
    places = _places(result.pk, result.output_sha256)
    return Side(mark, name, f"/rounds/{result.pk}/", *about, [], result.simulation, result, places)


def side_of_scenario(result: Scenario, mark: str = "") -> Side:
    """A scenario in the shape in which results are compared.

    Raises:
        NoResultYet: it is not worked out.
    """
    facts = {"study": result.study.number, "number": result.number}
    name = Sentence(_("Study {study}, scenario {number}"), facts)
    if result.state != ScenarioState.DONE:
        raise NoResultYet(what=name)
    places = result.places if mark else {}
    about = (result.rule.title, result.rule.version)
    return Side(mark, name, f"/scenarios/{result.study_id}/", *about, result.changes, True, result, places)


def _asked_for(year: int, sides: Sequence[Side]) -> list[Activity]:
    """The activities that any side shares out, with what the tables show of them."""
    numbers = {number for side in sides for number in side.places}
    shown = Activity.objects.filter(edition=year).only("number", "title", "area", "seats").order_by("number")
    return [a for a in shown if a.number in numbers]


def _parties(sides: Sequence[Side]) -> list[OfAParty]:
    """What each party gets; whoever gains most from the first side to the last stands first."""
    codes = {code for side in sides for code in side.counts.get("parties", {})}
    names = {p.code: p for p in Party.objects.filter(code__in=codes)}
    rows = []
    for code, party in names.items():
        mine = [side.counts.get("parties", {}).get(code, {}) for side in sides]
        places, funded = [m.get("granted", 0) for m in mine], [m.get("funded", 0) for m in mine]
        rows.append((party.sort, OfAParty(code, party.name, places, funded, [side.shares.get(code) for side in sides])))
    return [row for _sort, row in sorted(rows, key=lambda r: (-r[1].change, r[0]))]


def _areas(asked: Sequence[Activity], sides: Sequence[Side]) -> list[OfAnArea]:
    """How far the seats of each area are filled; activities that do not say their seats are left out."""
    seats: dict[str, int] = defaultdict(int)
    places: dict[str, list[int]] = defaultdict(lambda: [0] * len(sides))
    for activity in asked:
        if activity.seats is not None:
            seats[activity.area] += activity.seats
            for at, side in enumerate(sides):
                places[activity.area][at] += side.places.get(activity.number, 0)
    return [OfAnArea(area, seats[area], places[area]) for area in sorted(seats, key=lambda a: (a == "", a.casefold()))]


def _activities(asked: Sequence[Activity], sides: Sequence[Side]) -> list[OfAnActivity]:
    """The activities that are held on one side and not on another, by number."""
    off = [side.cancelled for side in sides]
    return [
        OfAnActivity(
            a.number, a.title, a.area,
            [None if a.number in gone else side.places.get(a.number, 0) for side, gone in zip(sides, off, strict=True)],
        )
        for a in asked
        if 0 < sum(a.number in gone for gone in off) < len(sides)
    ]  # fmt: skip


def _differing(first: Round, last: Round, *, seen_by: Actor) -> LineQuerySet:
    """The lines of the last round that got something else in the first."""
    there = Line.objects.filter(round=first, request=OuterRef("request")).annotate(n=F("funded") + F("self_paid"))
    found = participation.lines(last, seen_by=seen_by).annotate(now=F("funded") + F("self_paid"))
    # That nothing equal is there is found for all lines in one pass; what was there is read for the lines shown alone.
    told = found.filter(~Exists(there.filter(n=OuterRef("now")))).annotate(before=Subquery(there.values("n")[:1]))
    return told.order_by("request__party__sort", "request__activity__number")
