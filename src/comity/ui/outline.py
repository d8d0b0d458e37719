"""The outline of the world as drawn on maps, and what lies in which layer on a day. Knows shapes, not parties.

The shapes are data, derived once by `tools/outline.py` from Natural Earth (public domain).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

Span = tuple[str, str, str, str]
Spans = Mapping[str, Sequence[Span]]
Layers = Sequence[tuple[str, str]]

DATA = Path(__file__).parent / "data" / "outline.json"


@dataclass(frozen=True)
class Shape:
    """A country as drawn: its ISO 3166 code (empty where it has none), its path, and a dot if it is very small."""

    code: str
    path: str
    dot: tuple[float, float] | None


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape, large ones first so that small ones stay on top."""
    drawn = json.loads(DATA.read_text("utf-8"))["shapes"]
    return tuple(Shape(s["code"], s["path"], tuple(s["dot"]) if "dot" in s else None) for s in drawn)


@cache
def views() -> dict[str, str]:
    """The view boxes by name: the world, and Europe with its neighbours."""
    boxes: dict[str, str] = json.loads(DATA.read_text("utf-8"))["views"]
    return boxes


def layer_on(spans: Sequence[Span], layers: Layers, on: date) -> int:
    """The index of the layer a party lies in on a day, or -1; of several, the one listed last covers the others."""
    day = on.isoformat()
    order = {key: index for index, (key, _) in enumerate(layers)}
    return max((order.get(layer, -1) for start, end, layer, _ in spans if start <= day and (not end or day < end)), default=-1)


def counts(spans: Spans, layers: Layers, on: date) -> dict[str, int]:
    """How many parties lie in each layer on a day."""
    lying = [layer_on(periods, layers, on) for periods in spans.values()]
    return {key: lying.count(index) for index, (key, _) in enumerate(layers)}


def label_on(spans: Sequence[Span], layers: Layers, on: date) -> str:
    """What is said of a party on a day: the label of the span that shows."""
    index = layer_on(spans, layers, on)
    day = on.isoformat()
    showing = (s for s in spans if index >= 0 and s[2] == layers[index][0] and s[0] <= day and (not s[1] or day < s[1]))
    return next((s[3] for s in showing), "")


def months_since(start: date, day: date) -> int:
    """Whole months of the calendar from the month of one day to that of another."""
    return (day.year - start.year) * 12 + day.month - start.month
