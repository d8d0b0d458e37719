"""The standing of one party over time: where it counts as what, and what was on hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

ALLY = "ally"
# Standings that count on a roll, provided that their start is known.
COUNTED = frozenset({ALLY, "partner", "participant", "equal_member"})
# Standings that say a party is out: on such a day no other row counts.
SHUT = frozenset({"withdrawn", "ended"})

Span = tuple[date, date | None]


@dataclass(frozen=True)
class Stay:
    """One standing in one framework, from its first day until the day it stopped; an unknown start counts nowhere."""

    framework: str
    standing: str
    first: date | None
    stop: date | None

    @property
    def counts(self) -> bool:
        """Whether this standing counts on a roll."""
        return self.standing in COUNTED and self.first is not None

    def covers(self, on: date) -> bool:
        """Whether it runs on a day; a stay whose start is not known runs until it stops."""
        return (self.first is None or self.first <= on) and (self.stop is None or on < self.stop)


@dataclass(frozen=True)
class Hold:
    """A suspension in one framework; `practical` when it stops practical cooperation, not dialogue alone."""

    framework: str
    first: date
    stop: date | None
    practical: bool

    def covers(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= on and (self.stop is None or on < self.stop)


@dataclass(frozen=True)
class Standing:
    """All stays and holds of one party."""

    party: str
    stays: tuple[Stay, ...] = ()
    holds: tuple[Hold, ...] = ()

    def counted(self, on: date) -> Iterator[Stay]:
        """The stays that count on a day."""
        out = {s.framework for s in self.stays if s.standing in SHUT and s.covers(on)}
        return (s for s in self.stays if s.counts and s.covers(on) and s.framework not in out)

    def in_framework(self, code: str, on: date) -> bool:
        """Whether the party counts on the roll of a framework, suspended or not."""
        return any(s.framework == code for s in self.counted(on))

    def is_ally(self, on: date) -> bool:
        """Whether the party is an Ally."""
        return any(s.standing == ALLY for s in self.counted(on))

    def partner_frameworks(self, on: date) -> frozenset[str]:
        """The frameworks in which the party counts as something other than an Ally, suspended or not."""
        return frozenset(s.framework for s in self.counted(on) if s.standing != ALLY)

    def on_hold(self, code: str, on: date) -> bool:
        """Whether practical cooperation in a framework is suspended."""
        return any(h.framework == code and h.practical and h.covers(on) for h in self.holds)

    def spans(self, code: str) -> list[Span]:
        """The periods of counted membership in a framework, without those in which practical cooperation was on hold."""
        spans = merged((s.first, s.stop) for s in self.stays if s.framework == code and s.counts and s.first)
        for stay in self.stays:
            if stay.framework == code and stay.standing in SHUT:
                spans = cut(spans, (stay.first or date.min, stay.stop))
        for hold in self.holds:
            if hold.framework == code and hold.practical:
                spans = cut(spans, (hold.first, hold.stop))
        return spans


def merged(spans: Iterator[Span]) -> list[Span]:
    """Spans in order, those that touch or overlap joined into one."""
    joined: list[Span] = []
    for first, stop in sorted(spans, key=lambda span: span[0]):
        last = joined[-1] if joined else None
        if last and (last[1] is None or first <= last[1]):
            joined[-1] = (last[0], None if last[1] is None or stop is None else max(last[1], stop))
        else:
            joined.append((first, stop))
    return joined


def cut(spans: list[Span], away: Span) -> list[Span]:
    """What remains of spans once one is taken out of them."""
    first, stop = away
    rest: list[Span] = []
    for start, end in spans:
        if start < first:
            rest.append((start, first if end is None or first < end else end))
        if stop is not None and (end is None or stop < end):
            rest.append((max(start, stop), end))
    return rest
