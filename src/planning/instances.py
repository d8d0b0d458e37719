"""Invented menus of four years and parties with goals, for tests and benchmarks: two scales, any seed.

Numbers come from a counter-based hash and the four operations of arithmetic, so an instance is a function of its name
alone, on every machine and with every version of numpy. The parties of one seed choose from the same menu.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from planning.model import Floats, Ints, Problem

Scale = Literal["T", "S"]
Variant = Literal["base", "tight"]

_YEARS, _WEEKS, _AREAS = 4, 52, 20
_FIRST_YEAR, _FIRST_MONDAY = 2030, date(2030, 1, 7)
_LANGUAGE_COURSES = 6
_GOLDEN = 0x9E3779B97F4A7C15
_ALL = (1 << 64) - 1


@dataclass(frozen=True)
class _Size:
    menu: int
    goals: int


_SIZES: dict[Scale, _Size] = {"T": _Size(60, 12), "S": _Size(1_400, 45)}
_SHARE_OF_MONEY: dict[Variant, float] = {"base": 1.0, "tight": 0.7}


@dataclass(frozen=True)
class _Hash:
    """Random numbers by position: splitmix64 (Steele, Lea and Flood 2014) as a hash of seed, stream and position."""

    seed: int

    def bits(self, stream: int, at: Any) -> NDArray[np.uint64]:
        start = np.uint64(_mixed(_mixed(self.seed) ^ (stream * 0xD1B54A32D192ED03 & _ALL)))
        with np.errstate(over="ignore"):
            z = np.asarray(at).astype(np.uint64) * np.uint64(_GOLDEN) + start
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            return np.asarray(z ^ (z >> np.uint64(31)))

    def unit(self, stream: int, at: Any) -> Floats:
        return (self.bits(stream, at) >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))

    def between(self, stream: int, at: Any, least: int, most: int) -> Ints:
        return (self.bits(stream, at) % np.uint64(most - least + 1)).astype(np.int64) + least

    def choice(self, stream: int, at: Any, cuts: Sequence[float], values: Sequence[int]) -> Ints:
        return np.array(values, dtype=np.int64)[np.searchsorted(np.array(cuts), self.unit(stream, at), side="right")]

    def curve(self, stream: int, at: Any, shares: Sequence[float], values: Sequence[float]) -> Floats:
        return np.interp(self.unit(stream, at), shares, values)


@dataclass(frozen=True)
class _Types:
    area: Ints
    tier: Ints
    weeks: Ints
    days: Ints
    language: Ints
    after: Ints
    gives: Ints


@dataclass(frozen=True)
class _Menu:
    types: _Types
    type: Ints
    week: Ints
    capacity: Ints


def instance(scale: Scale = "S", party: int = 0, seed: int = 1, variant: Variant = "base") -> Problem:
    """An invented problem, always the same for the same name."""
    menu, draw, goals = _menu(scale, seed), _Hash(seed * 1000 + 17 + party), _SIZES[scale].goals
    size = float(draw.curve(1, 0, (0, 0.3, 0.7, 1), (0.5, 0.9, 1.4, 2.5)))
    need = np.ceil(size * draw.curve(8, np.arange(goals), (0, 0.5, 1), (8, 22, 60))).astype(np.int64)
    travel = int(draw.between(2, 0, 250, 1400))
    per_unit = (130 * menu.types.days + travel)[_LANGUAGE_COURSES:] / menu.types.gives[_LANGUAGE_COURSES:]
    share = _SHARE_OF_MONEY[variant]
    budget = int(int(need.sum()) * float(np.median(per_unit)) * 0.32 * share / _YEARS)
    settings = {
        "years": _YEARS,
        "first_year": _FIRST_YEAR,
        "budgets": [budget] * _YEARS,
        "away_cap": max(3, int(3.2 * size * share + 0.5)),
        "speakers": {"1": int(40 * size), "2": int(9 * size), "3": int(3 * size)},
        "language_area": "area-00",
    }
    tables = {"settings": settings, "goals": _goals(draw, goals, need), "occurrences": _occurrences(draw, menu, size, travel)}
    return Problem.from_columns(tables)


def capacities(scale: Scale = "S", seed: int = 1) -> Mapping[str, int]:
    """The seats of each occurrence of the menu of a seed, for all parties together."""
    menu = _menu(scale, seed)
    return dict(zip(_names("o", len(menu.type)), menu.capacity.tolist(), strict=True))


def _mixed(z: int) -> int:
    z = (z + _GOLDEN) & _ALL
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _ALL
    return z ^ (z >> 31)


@cache
def _menu(scale: Scale, seed: int) -> _Menu:
    draw, per_year = _Hash(seed), _SIZES[scale].menu
    types = _types(draw, per_year // 2)
    every = np.arange(per_year // 2)
    type_of, week = [], []
    for year in range(_YEARS):
        times = draw.choice(20 + year, every, (0.30, 0.75, 0.95), (1, 2, 3, 4))
        excess = np.maximum(0, np.cumsum(times) - per_year)
        held = np.repeat(every, np.maximum(0, times - excess))
        at = np.arange(len(held)) + year * 100_000
        busy = draw.curve(30, at, (0, 0.1, 0.3, 0.55, 0.62, 0.9, 1), (0, 8, 15, 25, 34, 46, 51))
        type_of.append(held)
        week.append(year * _WEEKS + np.minimum(np.floor(busy).astype(np.int64), _WEEKS - types.weeks[held]))
    number = sum(map(len, type_of))
    seats = draw.curve(40, np.arange(number), (0, 0.15, 0.5, 0.8, 1), (6, 12, 22, 34, 60))
    return _Menu(types, np.concatenate(type_of), np.concatenate(week), np.floor(seats).astype(np.int64))


def _types(draw: _Hash, number: int) -> _Types:
    every, courses = np.arange(number), np.arange(_LANGUAGE_COURSES)
    area = draw.between(1, every, 1, _AREAS - 1)
    tier = draw.choice(2, every, (0.4, 0.7, 0.9), (1, 2, 3, 4))
    long = draw.choice(3, every, (0.8, 0.92, 0.97), (1, 2, 4, 8))
    language = np.where(draw.unit(5, every) < 0.45, 0, np.minimum(3, tier))
    language = np.where(draw.unit(6, every) < 0.5, np.maximum(0, language - 1), language)
    area[courses], tier[courses], long[courses], language[courses] = 0, 1 + courses // 2, 8, courses // 2
    return _Types(
        area=area,
        tier=tier,
        weeks=long,
        days=np.where(long == 1, draw.between(4, every, 2, 5), 5 * long),
        language=language,
        after=_after(draw, area, tier),
        gives=draw.between(9, every, 1, 4),
    )


def _after(draw: _Hash, area: Ints, tier: Ints) -> Ints:
    """Sixty in a hundred build on a type of the same area one tier below; each language course on the level below."""
    after = np.full(len(area), -1)
    for at in range(_LANGUAGE_COURSES, len(area)):
        below = np.flatnonzero((area == area[at]) & (tier == tier[at] - 1))
        if len(below) and draw.unit(7, at) < 0.6:
            after[at] = below[int(draw.between(8, at, 0, len(below) - 1))]
    after[2:_LANGUAGE_COURSES] = np.arange(_LANGUAGE_COURSES - 2)
    return after


def _goals(draw: _Hash, number: int, need: Ints) -> dict[str, list[Any]]:
    every = np.arange(number)
    chosen = np.argsort(draw.unit(3, np.arange(1, _AREAS)))[:12] + 1
    years = draw.choice(6, every, (0.15, 0.4, 0.7), (1, 2, 3, 4))
    before = years * _WEEKS - draw.between(7, every, 0, 20)
    return {
        "goal": list(_names("g", number)),
        "objective": [f"objective-{at}" for at in draw.between(10, every, 0, 6)],
        "area": [f"area-{at:02}" for at in chosen[draw.between(4, every, 0, 11)]],
        "tier": draw.choice(5, every, (0.45, 0.8), (1, 2, 3)).tolist(),
        "units": need.tolist(),
        "deadline": [_FIRST_MONDAY + timedelta(days=7 * week - 1) for week in before.tolist()],
        "priority": draw.choice(9, every, (0.3, 0.7), (1, 2, 3)).tolist(),
    }


def _occurrences(draw: _Hash, menu: _Menu, size: float, travel: int) -> dict[str, list[Any]]:
    types, number = menu.types, len(menu.type)
    names = _names("t", len(types.area))
    likely = np.floor(draw.curve(11, np.arange(number), (0, 0.35, 0.7, 1), (0, 1, 3, 7))).astype(np.int64)
    last = (menu.week + types.weeks[menu.type] - 1).tolist()
    return {
        "occurrence": list(_names("o", number)),
        "type": [names[at] for at in menu.type],
        "area": [f"area-{at:02}" for at in types.area[menu.type]],
        "tier": types.tier[menu.type].tolist(),
        "start": [_FIRST_MONDAY + timedelta(days=7 * week) for week in menu.week.tolist()],
        "end": [_FIRST_MONDAY + timedelta(days=7 * week + 4) for week in last],
        "cost": (130 * types.days + travel)[menu.type].tolist(),
        "seats_likely": np.minimum(likely, menu.capacity).tolist(),
        "language_level": types.language[menu.type].tolist(),
        "after": [names[at] if at >= 0 else None for at in types.after[menu.type]],
        "units_per_person": types.gives[menu.type].tolist(),
        "repeats_per_year": [max(2, int(4 * size))] * number,
    }


def _names(letter: str, number: int) -> tuple[str, ...]:
    width = len(str(number))
    return tuple(f"{letter}{at:0{width}}" for at in range(1, number + 1))
