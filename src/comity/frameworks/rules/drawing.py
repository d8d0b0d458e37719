"""What is drawn from the register: the layers of the map, the line of a roll over time, the bars of a party's life."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from comity.frameworks.rules.register import Register
from comity.frameworks.rules.standing import ALLY, Span, cut, merged
from comity.kernel.words import Name, _

COUNCILS, SUSPENDED = "councils", "suspended"
# Kinds of frameworks that have a layer of their own, as far as there are colours.
LAYERED = ("programme", "dialogue", "initiative", "partnership")
MOST_LAYERS = 4
Drawn = tuple[str, str, str, str]


@dataclass(frozen=True)
class Layer:
    """A layer of the map: its key, its label, and the framework it stands for if there is just one."""

    key: str
    label: str | Name
    framework: str = ""


def layers(register: Register) -> list[Layer]:
    """The layers of the map: Allies, the broad frameworks, those in a council alone, and those on hold over all."""
    broad = [body for body in register.bodies.values() if body.kind in LAYERED][:MOST_LAYERS]
    alliance = [Layer(ALLY, _("Allies"))]
    return [
        *alliance,
        *(Layer(body.code, body.name, body.code) for body in broad),
        Layer(COUNCILS, _("In a council alone")),
        Layer(SUSPENDED, _("Suspended")),
    ]


def spans(register: Register) -> dict[str, list[Drawn]]:
    """For each party the days on which it lies in a layer, as texts: from, until, layer."""
    drawn: dict[str, list[Drawn]] = {}
    broad = [layer.framework for layer in layers(register) if layer.framework]
    councils = [body.code for body in register.bodies.values() if body.kind == "council"]
    for party in {row.party for row in register.rows if row.counts}:
        found = [*_in_layer(register, party, ALLY, [b.code for b in register.bodies.values() if b.kind == "alliance"])]
        for code in broad:
            found += _in_layer(register, party, code, [code])
        alone = _stays(register, party, councils)
        for first, stop, _layer, _label in found:
            alone = cut(alone, (date.fromisoformat(first), date.fromisoformat(stop) if stop else None))
        found += [_drawn(span, COUNCILS) for span in alone]
        for code in (*broad, *councils):
            halts = (h for h in register.halts_of(party, code) if {"practical_civil", "practical_military"} & h.scope)
            found += [_drawn((halt.first, halt.stop), SUSPENDED) for halt in halts]
        drawn[party] = sorted(set(found))
    return drawn


def _in_layer(register: Register, party: str, layer: str, codes: Iterable[str]) -> list[Drawn]:
    return [_drawn(span, layer) for span in _stays(register, party, codes)]


def _stays(register: Register, party: str, codes: Iterable[str]) -> list[Span]:
    rows = (row for code in codes for row in register.rows_of(party, code))
    return merged((row.first, row.stop) for row in rows if row.counts and row.first)


def _drawn(span: Span, layer: str) -> Drawn:
    return span[0].isoformat(), span[1].isoformat() if span[1] else "", layer, layer


@dataclass(frozen=True)
class Line:
    """A step line over time: its path in a box of 100 by 40, its most, its ends, and the marks of both axes in per cent."""

    path: str
    most: int
    first: date
    last: date
    here: float
    counts: tuple[tuple[int, float], ...]
    years: tuple[tuple[int, float], ...]


def line(register: Register, framework: str, *, on: date, today: date) -> Line | None:
    """How many counted in a framework over time; nothing if nobody ever did."""
    turns = [day for day in register.turns([framework]) if day <= today]
    counts = [(day, register.roll(framework, day).count) for day in turns]
    most = max((count for _day, count in counts), default=0)
    if not most:
        return None
    first, last = turns[0], max(today, turns[0])
    width = max((last - first).days, 1)
    path: list[str] = []
    height = 40.0
    for day, count in counts:
        across = round(100 * (day - first).days / width, 2)
        rise = round(40 - 38 * count / most, 2)
        path.append(f"{'L' if path else 'M'}{across} {height} L{across} {rise}")
        height = rise
    path.append(f"L100 {height}")
    here = min(100.0, max(0.0, round(100 * (on - first).days / width, 2)))
    marks = tuple((count, round(100 - 95 * count / most, 2)) for count in range(0, most + 1, _stride(most, 3)))
    years = range(first.year + 1, last.year + 1)
    stride = _stride(len(years), 7)
    told = tuple((y, round(100 * (date(y, 1, 1) - first).days / width, 2)) for y in years if y % stride == 0)
    return Line(" ".join(path), most, first, last, here, marks, told)


def _stride(span: int, most: int) -> int:
    """The least round step in which a span has at most so many marks beside its beginning."""
    return next((step for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if span <= step * most), 1000)


@dataclass(frozen=True)
class Bar:
    """One bar on a line of time: where it begins and how wide it is, in per cent, and what it says."""

    left: float
    width: float
    tone: str
    words: object = ""


def bars(periods: Sequence[tuple[date | None, date | None, str]], *, since: date, today: date) -> list[Bar]:
    """Periods as bars between two days; an open end runs until today."""
    whole = max((today - since).days, 1)
    drawn = []
    for first, stop, tone in periods:
        start, end = max(first or since, since), min(stop or today, today)
        if start < end:
            left = round(100 * (start - since).days / whole, 2)
            drawn.append(Bar(left, max(round(100 * (end - start).days / whole, 2), 0.6), tone))
    return drawn
