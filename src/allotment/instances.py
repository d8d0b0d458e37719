"""Invented years of requests, for tests and benchmarks: four sizes, an easy and a scarce variant, any seed.

Numbers come from a counter-based hash and the four operations of arithmetic, so an instance is a function of
its name alone, on every machine and with every version of numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from allotment.model import NO_LIMIT, Floats, Ints, Problem
from allotment.seals import scrambled

Scale = Literal["T", "S", "M", "L"]
Variant = Literal["base", "tight"]

_WEEKS = 52
_FIRST_MONDAY = date(2029, 1, 1).toordinal()


@dataclass(frozen=True)
class _Size:
    activities: int
    parties: int
    requests: int
    pools: int


_SIZES: dict[Scale, _Size] = {
    "T": _Size(60, 8, 260, 3),
    "S": _Size(1_400, 41, 20_000, 24),
    "M": _Size(10_000, 158, 150_000, 32),
    "L": _Size(100_000, 160, 1_500_000, 40),
}


@dataclass(frozen=True)
class _Scarcity:
    """Ranges of the minimum as a share of capacity and of a budget as a share of its demand; the share of demand
    that a capped party may hold; people away at once as a share of the average if all were granted."""

    minimum: tuple[float, float]
    budget: tuple[float, float]
    cap: float
    away: float


_SCARCITIES: dict[Variant, _Scarcity] = {
    "base": _Scarcity((0.30, 0.60), (0.35, 0.85), 0.60, 0.95),
    "tight": _Scarcity((0.55, 0.90), (0.12, 0.50), 0.28, 0.75),
}


@dataclass(frozen=True)
class _Hash:
    seed: int

    def unit(self, stream: int, at: NDArray[Any]) -> Floats:
        return (scrambled(self.seed, stream, at) >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))

    def between(self, stream: int, at: NDArray[Any], least: int, most: int) -> Ints:
        return (scrambled(self.seed, stream, at) % np.uint64(most - least + 1)).astype(np.int64) + least

    def choice(self, stream: int, at: NDArray[Any], cuts: Sequence[float], values: Sequence[int]) -> Ints:
        found = np.searchsorted(np.array(cuts), self.unit(stream, at), side="right")
        return np.array(values, dtype=np.int64)[found]

    def curve(self, stream: int, at: NDArray[Any], shares: Sequence[float], values: Sequence[float]) -> Floats:
        return np.interp(self.unit(stream, at), shares, values)


@dataclass(frozen=True)
class _Parties:
    framework: Ints
    standing: Ints
    size: Floats
    travel: Ints
    may_be_funded: NDArray[np.bool_]


@dataclass(frozen=True)
class _Menu:
    start: Ints
    end: Ints
    days: Ints
    capacity: Ints
    minimum: Ints
    area: Ints
    pool: Ints
    open_to: Ints
    standing: Ints
    appeal: Floats


@dataclass(frozen=True)
class _Asked:
    party: Ints
    activity: Ints
    places: Ints
    priority: Ints
    linked: Ints
    funded: NDArray[np.bool_]
    falls_back: NDArray[np.bool_]
    cost: Ints


def instance(scale: Scale = "S", variant: Variant = "base", seed: int = 1) -> Problem:
    """An invented problem, always the same for the same name. Ineligible requests are left out."""
    draw, size, scarcity = _Hash(seed), _SIZES[scale], _SCARCITIES[variant]
    parties = _draw_parties(draw, size.parties)
    menu = _draw_menu(draw, size, scarcity)
    asked = _draw_requests(draw, parties, menu, size)
    return _problem(draw, size, scarcity, menu, asked)


def _draw_parties(draw: _Hash, number: int) -> _Parties:
    every = np.arange(number)
    return _Parties(
        framework=draw.choice(1, every, (0.44, 0.62, 0.72, 0.92), (0, 1, 2, 3, 4)),
        standing=draw.choice(2, every, (0.25, 0.65, 0.9), (1, 2, 3, 4)),
        size=draw.curve(3, every, (0, 0.2, 0.6, 0.9, 1), (0.25, 0.5, 1.0, 2.0, 3.4)),
        travel=draw.between(4, every, 250, 1400),
        may_be_funded=draw.unit(5, every) < 0.75,
    )


def _draw_menu(draw: _Hash, size: _Size, scarcity: _Scarcity) -> _Menu:
    every, pools = np.arange(size.activities), size.pools
    busy = draw.curve(10, every, (0, 0.10, 0.30, 0.55, 0.62, 0.90, 1), (0, 8, 15, 25, 34, 46, 52))
    start = np.floor(busy).astype(np.int64).clip(0, _WEEKS - 1)
    long = draw.choice(11, every, (0.80, 0.91, 0.95, 0.97, 0.985), (1, 2, 3, 4, 6, 8))
    seats = draw.curve(13, every, (0, 0.15, 0.5, 0.8, 0.95, 1), (6, 12, 22, 34, 60, 120))
    capacity = np.floor(seats).astype(np.int64)
    least = np.ceil(capacity * draw.curve(15, every, (0, 1), scarcity.minimum)).astype(np.int64)
    area = draw.between(16, every, 0, 19)
    spill = draw.between(17, every, 0, max(0, pools // 20 - 1) + (1 if pools % 20 else 0))
    return _Menu(
        start=start,
        end=np.minimum(start + long - 1, _WEEKS - 1),
        days=np.where(long == 1, draw.between(12, every, 2, 5), long * 5),
        capacity=capacity,
        minimum=np.where(draw.unit(14, every) < 0.75, least, 0),
        area=area,
        pool=(area * pools // 20 + spill) % pools,
        open_to=np.where(draw.unit(18, every) < 0.55, 31, draw.between(19, every, 1, 31)),
        standing=draw.choice(20, every, (0.6, 0.85, 0.97), (1, 2, 3, 4)),
        appeal=draw.curve(21, every, (0, 0.3, 0.7, 0.95, 1), (0.15, 0.5, 1.0, 2.4, 6.0)),
    )


def _eligible(parties: _Parties, menu: _Menu, party: Any, activity: Any) -> NDArray[np.bool_]:
    member = (menu.open_to[activity] >> parties.framework[party]) & 1
    eligible: NDArray[np.bool_] = (member > 0) & (parties.standing[party] >= menu.standing[activity])
    return eligible


def _draw_pairs(draw: _Hash, parties: _Parties, menu: _Menu, size: _Size) -> tuple[Ints, Ints]:
    """Which party asks for which activity: a weighted sample without return for each party."""
    every = np.arange(size.activities)
    share = parties.size / parties.size.sum()
    wanted = np.minimum(np.floor(share * size.requests * 1.02), size.activities * 0.75).astype(np.int64)
    chosen = []
    for p in range(size.parties):
        liking = 0.35 + 1.3 * draw.unit(1000 + p, menu.area)
        weight = menu.appeal * liking * np.where(_eligible(parties, menu, p, every), 1.0, 0.03)
        key = draw.unit(100_000 + p, every) / weight
        chosen.append(np.sort(np.argpartition(key, wanted[p] - 1)[: wanted[p]]))
    party, activity = np.repeat(np.arange(size.parties), wanted), np.concatenate(chosen)
    order = np.lexsort((party, activity))
    return party[order], activity[order]


def _draw_requests(draw: _Hash, parties: _Parties, menu: _Menu, size: _Size) -> _Asked:
    party, activity = _draw_pairs(draw, parties, menu, size)
    kept = _eligible(parties, menu, party, activity)
    party, activity = party[kept], activity[kept]
    key = activity * 1_000_003 + party
    places = draw.choice(30, key, (0.38, 0.70, 0.85, 0.93, 0.97), (1, 2, 3, 4, 6, 10))
    funded = parties.may_be_funded[party] & (draw.unit(33, key) < 0.7)
    return _Asked(
        party=party,
        activity=activity,
        places=np.minimum(places, menu.capacity[activity]),
        priority=draw.choice(31, key, (0.28, 0.68), (1, 2, 3)),
        linked=(draw.unit(32, key) < 0.5).astype(np.int64),
        funded=funded,
        falls_back=funded & (draw.unit(34, key) < 0.35),
        cost=130 * menu.days[activity] + parties.travel[party],
    )


def _limits(draw: _Hash, size: _Size, scarcity: _Scarcity, menu: _Menu, asked: _Asked) -> tuple[Ints, Ints, Ints]:
    """Budget of each pool, places cap and away cap of each party, as shares of what is asked."""
    spend = np.where(asked.funded, asked.places * asked.cost, 0)
    demand = np.bincount(menu.pool[asked.activity], spend, size.pools)
    budget = np.floor(demand * draw.curve(40, np.arange(size.pools), (0, 1), scarcity.budget)).astype(np.int64)
    held = np.bincount(asked.party, asked.places, size.parties)
    capped = draw.unit(41, np.arange(size.parties)) < 0.4
    cap = np.where(capped, np.floor(held * scarcity.cap), NO_LIMIT).astype(np.int64)
    edges = np.zeros((size.parties, _WEEKS + 1))
    np.add.at(edges, (asked.party, menu.start[asked.activity]), asked.places)
    np.add.at(edges, (asked.party, menu.end[asked.activity] + 1), -asked.places)
    average = np.cumsum(edges[:, :_WEEKS], axis=1).mean(axis=1)
    return budget, cap, np.maximum(4, np.floor(average * scarcity.away)).astype(np.int64)


def _problem(draw: _Hash, size: _Size, scarcity: _Scarcity, menu: _Menu, asked: _Asked) -> Problem:
    budget, cap, away = _limits(draw, size, scarcity, menu, asked)
    return Problem(
        parties=_names("p", size.parties),
        places_cap=cap,
        away_cap=away,
        no_show_percent=np.zeros(size.parties, dtype=np.int64),
        pools=_names("k", size.pools),
        budget=budget,
        activities=_names("a", size.activities),
        start=_FIRST_MONDAY + 7 * menu.start,
        end=_FIRST_MONDAY + 7 * menu.end + 4,
        capacity=menu.capacity,
        minimum=menu.minimum,
        pool=menu.pool,
        requests=_names("r", len(asked.party)),
        party=asked.party,
        activity=asked.activity,
        places=asked.places,
        priority=asked.priority,
        linked=asked.linked,
        funding=np.select([asked.falls_back, asked.funded], [1, 2], 0),
        cost=asked.cost,
    )


def _names(letter: str, number: int) -> tuple[str, ...]:
    width = len(str(number))
    return tuple(f"{letter}{at:0{width}}" for at in range(1, number + 1))
