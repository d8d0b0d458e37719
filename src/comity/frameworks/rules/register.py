"""A snapshot of the register: every row that rules need, read once; and the roll of a framework on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from comity.frameworks.rules.standing import ALLY, COUNTED, SHUT
from comity.kernel.dates import PartialDate
from comity.kernel.words import Name


@dataclass(frozen=True)
class Told:
    """One row of the register: a party's standing in a framework, with its dates and the sources that tell it."""

    pk: int
    framework: str
    party: str
    standing: str
    since: PartialDate
    until: PartialDate
    first: date | None
    stop: date | None
    sources: tuple[str, ...] = ()
    note: str = ""

    @property
    def counts(self) -> bool:
        """Whether this row counts on a roll while it runs."""
        return self.standing in COUNTED and self.first is not None

    def covers(self, on: date) -> bool:
        """Whether it runs on a day."""
        return (self.first is None or self.first <= on) and (self.stop is None or on < self.stop)


@dataclass(frozen=True)
class Halt:
    """A suspension: of whom, where, from when until when, and of what."""

    framework: str
    party: str
    since: PartialDate
    until: PartialDate
    first: date
    stop: date | None
    scope: frozenset[str]

    def covers(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= on and (self.stop is None or on < self.stop)


MOST_ROLLS = 2_000
Row = TypeVar("Row", Told, Halt)


@dataclass(frozen=True)
class Body:
    """A framework: its names, when it was founded and ended, and what it follows."""

    code: str
    name: Name
    kind: str
    founded: PartialDate
    ended: PartialDate
    predecessor: str = ""

    def stands(self, on: date) -> bool:
        """Whether the framework exists on a day; one whose founding is not known always did."""
        first, stop = self.founded.earliest, self.ended.stops
        return (first is None or first <= on) and (stop is None or on < stop)


@dataclass(frozen=True)
class Happening:
    """A dated event, and the figure that holds from it on if it has one."""

    key: str
    on: PartialDate
    title: Name
    series: str = ""
    figure: int | None = None


@dataclass(frozen=True)
class Seat:
    """A party on a roll: the row by which it counts, and what of it is on hold."""

    row: Told
    halts: tuple[Halt, ...] = ()

    @property
    def party(self) -> str:
        """Whose seat it is."""
        return self.row.party

    @property
    def state(self) -> str:
        """How the seat stands: suspended in some part, or active."""
        return "suspended" if self.halts else "active"


@dataclass(frozen=True)
class Roll:
    """Who counts in a framework on a day, and who is told of without counting."""

    framework: str
    on: date
    seats: tuple[Seat, ...]
    start_unknown: tuple[Told, ...] = ()
    others: tuple[Told, ...] = ()

    @property
    def count(self) -> int:
        """How many parties count."""
        return len(self.seats)

    @property
    def allies(self) -> int:
        """How many of them sit as Allies."""
        return sum(seat.row.standing == ALLY for seat in self.seats)

    @property
    def partners(self) -> int:
        """How many of them do not."""
        return self.count - self.allies

    @property
    def suspended(self) -> tuple[str, ...]:
        """The codes of those on hold in some part."""
        return tuple(seat.party for seat in self.seats if seat.halts)

    def parties(self, side: str = "all") -> frozenset[str]:
        """The codes of those who count: all, the Allies, or the partners."""
        wanted = {"all": (True, False), "allies": (True,), "partners": (False,)}[side]
        return frozenset(seat.party for seat in self.seats if (seat.row.standing == ALLY) in wanted)


@dataclass(frozen=True)
class Register:
    """Everything the register held at one moment."""

    bodies: Mapping[str, Body]
    parties: Mapping[str, Name]
    rows: tuple[Told, ...] = ()
    halts: tuple[Halt, ...] = ()
    events: Mapping[str, Happening] = field(default_factory=dict)

    @cached_property
    def _rows_in(self) -> dict[str, list[Told]]:
        return _grouped(self.rows)

    @cached_property
    def _halts_in(self) -> dict[str, list[Halt]]:
        return _grouped(self.halts)

    @cached_property
    def _rolls(self) -> dict[tuple[str, date], Roll]:
        return {}

    def rows_of(self, party: str, framework: str) -> list[Told]:
        """The rows of one party in one framework, earliest first."""
        rows = (row for row in self._rows_in.get(framework, ()) if row.party == party)
        return sorted(rows, key=lambda row: row.first or date.min)

    def halts_of(self, party: str, framework: str) -> list[Halt]:
        """The suspensions of one party in one framework, earliest first."""
        return sorted((h for h in self._halts_in.get(framework, ()) if h.party == party), key=lambda halt: halt.first)

    def roll(self, framework: str, on: date) -> Roll:
        """The roll of a framework on a day."""
        roll = self._rolls.get((framework, on)) or self._drawn_up(framework, on)
        # A register is kept while nothing changes, and may be asked for any day of eighty years.
        if len(self._rolls) >= MOST_ROLLS:
            self._rolls.clear()
        self._rolls[framework, on] = roll
        return roll

    def turns(self, frameworks: Iterable[str]) -> list[date]:
        """The days on which anything changes in some frameworks, in order."""
        days: set[date] = set()
        for code in frameworks:
            for span in (*self._rows_in.get(code, ()), *self._halts_in.get(code, ())):
                days |= {day for day in (span.first, span.stop) if day}
        return sorted(days)

    def _drawn_up(self, framework: str, on: date) -> Roll:
        running = [row for row in self._rows_in.get(framework, ()) if row.covers(on)]
        out = {row.party for row in running if row.standing in SHUT}
        halts = [halt for halt in self._halts_in.get(framework, ()) if halt.covers(on)]
        seats: dict[str, Seat] = {}
        # Of two rows that count at once, the one as an Ally is the seat.
        for row in sorted(running, key=lambda row: row.standing != ALLY):
            if row.counts and row.party not in out:
                seats.setdefault(row.party, Seat(row, tuple(h for h in halts if h.party == row.party)))
        told = [row for row in running if not row.counts and row.party not in seats]
        return Roll(
            framework=framework,
            on=on,
            seats=tuple(seats[code] for code in sorted(seats)),
            start_unknown=tuple(row for row in told if row.first is None),
            others=tuple(row for row in told if row.first is not None),
        )


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.framework, []).append(row)
    return grouped
