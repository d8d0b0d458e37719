"""The weekly brief of one party: five lines, each of numbers that lead to their rows.

What changed, what is due, who is silent, what is at risk, what to decide. A line is points (see `points`); the acts of the
week are counted by kind. Nothing is kept: the brief of a past week is read from the trail, the rest is of today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Sentence, Word, _
from comity.parties.models import Delegation, Party
from comity.reports.queries import duties, points
from comity.reports.queries.points import Point, Row, Scope
from comity.trail import queries as trail
from comity.trail.models import EntryQuerySet
from comity.trail.rules import words_of

WEEK = timedelta(days=7)
CHANGED = "changed"
LINES: tuple[tuple[str, str, tuple[Point, ...]], ...] = (
    (
        "due",
        _("What is due"),
        (
            duties.SILENCES,
            duties.STEPS_DUE,
            duties.MILESTONES_DUE,
            duties.DRAFT_REQUESTS,
            duties.OFFERED_SEATS,
            duties.TO_PUT_FORWARD,
        ),
    ),
    ("silent", _("Who is silent"), (duties.THEIR_SILENCE, duties.TO_ENDORSE_TEXTS, duties.TO_ENDORSE)),
    ("at_risk", _("What is at risk"), (duties.UNFILLED, duties.STEPS_LATE, duties.MILESTONES_LATE, duties.GOALS_LATE)),
    ("to_decide", _("What to decide"), (duties.REPORTS, duties.BROKEN, duties.TO_CIRCULATE, duties.TO_SIGN, duties.OUR_TURN)),
)
EVERY = tuple(point for _key, _heading, group in LINES for point in group)
CALM = {
    CHANGED: _("Nothing was done this week."),
    "due": _("Nothing is due in the next 30 days."),
    "silent": _("Nobody is silent."),
    "at_risk": _("Nothing is late."),
    "to_decide": _("Nothing waits for a decision."),
}


class Number(NamedTuple):
    """One number of a line: what is counted, how many, and the page of its rows."""

    title: Sentence
    href: str


@dataclass(frozen=True)
class BriefLine:
    """One of the five lines."""

    key: str
    heading: str
    numbers: list[Number]

    @property
    def calm(self) -> str:
        """What is said where there is nothing."""
        return CALM[self.key]


@dataclass(frozen=True)
class Brief:
    """The five lines of one party for the week that ends on a day."""

    party: Party
    since: date
    on: date
    lines: list[BriefLine]


def brief(party: Party, *, seen_by: Actor, at: datetime) -> Brief:
    """The brief of a party, of the week before a moment; two queries whatever there is."""
    scope = Scope(seen_by, at, party.code)
    found = points.counted(EVERY, scope)
    told = [BriefLine(CHANGED, _("What changed"), _changed(scope))]
    for key, heading, group in LINES:
        there = [(point, found[point.name].many) for point in group if point.name in found]
        told.append(BriefLine(key, heading, [Number(Sentence(p.title, {"count": n}), _href(party, p.name)) for p, n in there]))
    return Brief(party, (at - WEEK).astimezone(seen_by.timezone).date(), scope.on, told)


@dataclass(frozen=True)
class BriefRow:
    """One party among all: how much there is in each line but the first."""

    party: Party
    many: dict[str, int]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.many.values())


def briefs(*, seen_by: Actor, at: datetime) -> list[BriefRow]:
    """Every party that has a delegation or about which something waits, by name; three queries."""
    scope = Scope(seen_by, at)
    found = points.counted_by_party(EVERY, scope)
    spoken_for = Delegation.objects.seen_by(seen_by).filter(recalled_on__isnull=True).values("party")
    parties = Party.objects.seen_by(seen_by).filter(Q(code__in=list(found)) | Q(code__in=spoken_for)).order_by("sort")
    return [BriefRow(party, _by_line(found.get(party.code, {}))) for party in parties]


def _by_line(found: Mapping[str, int]) -> dict[str, int]:
    return {key: sum(found.get(point.name, 0) for point in group) for key, _heading, group in LINES}


def behind(party: Party, name: str, *, seen_by: Actor, at: datetime) -> tuple[Sentence, list[Row]]:
    """The rows behind one number of a brief, and what is counted.

    Raises:
        NotFound: there is no such number.
    """
    scope = Scope(seen_by, at, party.code)
    if name.startswith(f"{CHANGED}-"):
        return _of_an_act(scope, name.removeprefix(f"{CHANGED}-"))
    point = points.named(name, EVERY)
    if point is None:
        raise NotFound(what="number")
    rows = points.rows(point, scope)
    return Sentence(point.title, {"count": len(rows)}), rows


def _changed(scope: Scope) -> list[Number]:
    """The acts of the week about the party, by kind of act, the most frequent first."""
    many = _week(scope).order_by().values("act").annotate(many=Count("pk")).order_by("-many", "act")
    of = scope.party or ""
    return [Number(_acts(row["act"], row["many"]), f"/parties/{of}/brief/{CHANGED}-{row['act']}/") for row in many]


def _of_an_act(scope: Scope, act: str) -> tuple[Sentence, list[Row]]:
    entries = list(_week(scope).filter(act=act))
    told = [
        Row(entry.party, Sentence("{who}: {what}", {"who": entry.actor_name, "what": entry.label}), "", entry.at)
        for entry in entries
    ]
    return _acts(act, len(entries)), told


def _week(scope: Scope) -> EntryQuerySet:
    """What was done about the party, or by it, in the week before."""
    found = trail.search(seen_by=scope.reader, since=scope.at - WEEK, until=scope.at)
    return found.filter(Q(party=scope.party) | Q(about_party=scope.party))


def _acts(act: str, many: int) -> Sentence:
    return Sentence("{what}: {count}", {"what": Word(words_of(act)), "count": many})


def _href(party: Party, name: str) -> str:
    return f"/parties/{party.code}/brief/{name}/"
