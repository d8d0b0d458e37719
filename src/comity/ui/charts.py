"""The arithmetic behind drawings: widths of bars, places on a scale of days, the weeks of a month. Draws nothing."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Bar = tuple[str, date, date, int]


@dataclass(frozen=True)
class Place:
    """A bar on a scale of days, in thousandths of its length."""

    label: str
    start: date
    end: date
    layer: int
    x: float
    width: float


def bars_of(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Rows of a bar chart (label, value, address or none, words or none) with the width of each bar in per cent."""
    most = max((float(r[1]) for r in rows), default=0) or 1
    return [
        {
            "label": label,
            "value": value,
            "width": round(100 * float(value) / most, 2),
            "href": rest[0] if rest else None,
            "words": rest[1] if len(rest) > 1 else None,
        }
        for label, value, *rest in rows
    ]


def placed(bars: Sequence[Bar], first: date, last: date) -> list[Place]:
    """Bars cut to a scale that runs from the first day to the last; what lies outside is left out."""
    within = [(label, max(start, first), min(end, last), layer) for label, start, end, layer in bars]
    return [
        Place(label, start, end, layer, x := along(start, first, last), round(max(along(end, first, last) - x, 3), 1))
        for label, start, end, layer in within
        if start <= end
    ]


def along(day: date, first: date, last: date) -> float:
    """Where a day lies on a scale, in thousandths."""
    return round(1000 * (day - first).days / max((last - first).days, 1), 1)


def years_along(first: date, last: date) -> list[tuple[int, float]]:
    """The years of a scale, each with where it begins."""
    return [(year, along(max(date(year, 1, 1), first), first, last)) for year in range(first.year, last.year + 1)]


def month_of(day: date, items: Mapping[date, Sequence[Any]]) -> Iterator[list[tuple[date, bool, Sequence[Any]]]]:
    """The weeks of a month, Monday first: each day, whether it is of the month, and what falls on it."""
    for week in calendar.Calendar().monthdatescalendar(day.year, day.month):
        yield [(d, d.month == day.month, items.get(d, ())) for d in week]
