"""Reads shaped for pages: the list of parties and of frameworks on a day, and all that is told of one of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from comity.frameworks.models import Event, Framework, Membership, Suspension
from comity.frameworks.rules import Standing, labels
from comity.frameworks.rules.drawing import Bar, bars
from comity.frameworks.rules.register import Register, Roll, Seat
from comity.kernel.actors import Actor
from comity.kernel.tables import sort_key
from comity.kernel.words import Name
from comity.parties.models import Party, PartyName, Source, Succession
from comity.parties.queries import parties

TONES = {"ally": "l0", "partner": "l1", "participant": "l1", "equal_member": "l1", "suspended": "l5"}


@dataclass(frozen=True)
class Stand:
    """As what a party stands in one framework on a day."""

    framework: str
    name: Name
    standing: str
    state: str

    @property
    def label(self) -> str:
        """The word for the standing."""
        return labels.STANDINGS[self.standing]


@dataclass(frozen=True)
class PartyLine:
    """One party in the list, as it stood on a day."""

    party: Party
    name: Name
    stands: tuple[Stand, ...]

    @property
    def kind(self) -> str:
        """The word for what it is."""
        return labels.PARTY_KINDS[self.party.kind]

    @property
    def is_suspended(self) -> bool:
        """Whether it is on hold anywhere."""
        return any(stand.state == "suspended" for stand in self.stands)


def names_on(on: date, *, seen_by: Actor) -> dict[str, Name]:
    """The names that parties bore on a day, where their dates are known."""
    borne: dict[str, dict[str, str]] = {}
    dated = PartyName.objects.filter(party__in=parties(seen_by=seen_by), period__contains=on).exclude(since="", until="")
    for name in dated:
        borne.setdefault(name.party_id, {})[name.language] = name.name
    return {code: Name(words.get("en", ""), words.get("fr", "")) for code, words in borne.items() if "en" in words}


def party_lines(held: Register, *, on: date, seen_by: Actor) -> list[PartyLine]:
    """Every party with where it counts on a day, in the order of names."""
    stands: dict[str, list[Stand]] = {}
    for code, body in held.bodies.items():
        for seat in held.roll(code, on).seats:
            stands.setdefault(seat.party, []).append(Stand(code, body.name, seat.row.standing, seat.state))
    names = names_on(on, seen_by=seen_by)
    everybody = parties(seen_by=seen_by)
    return [PartyLine(p, names.get(p.code, p.name), tuple(stands.get(p.code, ()))) for p in everybody]


def narrowed(
    lines: Iterable[PartyLine], *, words: str = "", frameworks: Collection[str] = (), kinds: Collection[str] = (), sort: str = ""
) -> list[PartyLine]:
    """The lines a reader asks for: by words, by frameworks, by kinds; sorted by a column."""
    sought = sort_key(words.strip())
    found = [
        line
        for line in lines
        if (not sought or sought in sort_key(f"{line.party.code} {line.name.en} {line.name.fr} {line.party.name_en}"))
        and (not frameworks or any(stand.framework in frameworks for stand in line.stands))
        and (not kinds or line.party.kind in kinds)
    ]
    keys = {"code": lambda line: line.party.code, "frameworks": lambda line: (len(line.stands), line.party.sort)}
    key = keys.get(sort.removeprefix("-"), lambda line: line.party.sort)
    return sorted(found, key=key, reverse=sort.startswith("-"))


@dataclass(frozen=True)
class FrameworkLine:
    """One framework in the list, with its roll on a day."""

    framework: Framework
    roll: Roll

    @property
    def kind(self) -> str:
        """The word for what it is."""
        return labels.KINDS[self.framework.kind]


def framework_lines(held: Register, *, on: date, seen_by: Actor) -> list[FrameworkLine]:
    """Every framework with its roll on a day."""
    rows = Framework.objects.seen_by(seen_by).select_related("predecessor")
    return [FrameworkLine(row, held.roll(row.code, on)) for row in rows]


@dataclass(frozen=True)
class RollLine:
    """One seat of a roll with the name its party bore on that day."""

    seat: Seat
    name: Name

    @property
    def label(self) -> str:
        """The word for the standing."""
        return labels.STANDINGS[self.seat.row.standing]


def roll_lines(held: Register, roll: Roll, *, seen_by: Actor) -> list[RollLine]:
    """The seats of a roll, Allies first, each side in the order of names."""
    names = {**held.parties, **names_on(roll.on, seen_by=seen_by)}
    seats = sorted(roll.seats, key=lambda seat: (seat.row.standing != "ally", sort_key(names[seat.party].en)))
    return [RollLine(seat, names[seat.party]) for seat in seats]


@dataclass(frozen=True)
class MembershipLine:
    """One row of a party's history, with its bar on a line of time and its suspensions."""

    row: Membership
    sources: tuple[Source, ...]
    suspensions: tuple[Suspension, ...]
    bars: tuple[Bar, ...]
    is_running: bool
    counts: bool

    @property
    def is_suspended(self) -> bool:
        """Whether a suspension of this row has no end yet."""
        return any(not hold.until.is_known for hold in self.suspensions)

    @property
    def label(self) -> str:
        """The word for the standing."""
        return labels.STANDINGS[self.row.standing]


def history(party: Party, *, on: date, today: date, seen_by: Actor, known_at: datetime | None = None) -> list[MembershipLine]:
    """Every row told of a party, framework by framework, earliest first."""
    rows = Membership.objects.seen_by(seen_by).known(known_at).filter(party=party).select_related("framework")
    rows = rows.prefetch_related("sources").order_by("framework__place", "period")
    holds = Suspension.objects.seen_by(seen_by).known(known_at).filter(membership__party=party).prefetch_related("sources")
    held: dict[int, list[Suspension]] = {}
    for hold in holds:
        held.setdefault(hold.membership_id, []).append(hold)
    first = min((row.period.lower for row in rows if row.period.lower), default=today)
    counted = set(Standing(party.code, tuple(row.stay for row in rows)).counted(on))
    return [
        MembershipLine(
            row=row,
            sources=tuple(row.sources.all()),
            suspensions=tuple(held.get(row.pk, ())),
            bars=tuple(_bars(row, held.get(row.pk, ()), first, today)),
            is_running=row.stay.covers(on),
            counts=row.stay in counted,
        )
        for row in rows
    ]


def _bars(row: Membership, holds: Iterable[Suspension], since: date, today: date) -> list[Bar]:
    """The row on a line of time, and over it what was on hold; a row whose start is not known is not drawn."""
    if row.period.lower is None:
        return []
    periods = [(row.period.lower, row.period.upper, TONES.get(row.standing, ""))]
    periods += [(hold.period.lower, hold.period.upper, TONES["suspended"]) for hold in holds]
    return bars(periods, since=since, today=today)


@dataclass(frozen=True)
class PartyFacts:
    """What is told of a party beside its standing: names, what it follows and what follows it, events."""

    names: tuple[PartyName, ...]
    predecessors: tuple[Succession, ...]
    successors: tuple[Succession, ...]
    events: tuple[Event, ...]


def facts_of(party: Party, *, seen_by: Actor) -> PartyFacts:
    """Names, successions and events of a party."""
    links = Succession.objects.select_related("predecessor", "successor")
    return PartyFacts(
        names=tuple(party.names.order_by("period", "name")),
        predecessors=tuple(links.filter(successor=party)),
        successors=tuple(links.filter(predecessor=party)),
        events=tuple(Event.objects.seen_by(seen_by).filter(parties=party).prefetch_related("sources")),
    )
