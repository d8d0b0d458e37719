"""What is aimed at and what is planned: the problem of one party as arrays, and the plan.

Everything here is frozen. Nothing here solves, judges or explains. All quantities are integers: people, units of
capability, money in the smallest unit the office keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimal.tables import BadRows
from planning.tables import LEVELS, Settings, flaws

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Columns = Mapping[str, Sequence[Any]]

NO_LIMIT = 10**12
"""Stands for an absent limit; larger than any quantity a problem may hold."""

FREE = -1
"""Stands for an occurrence whose people are not fixed."""


@dataclass(frozen=True, eq=False)
class Problem:
    """The programme of one party as arrays; each group of fields has one entry a year, a goal or an occurrence.

    ``start``, ``end`` and ``deadline`` are proleptic ordinals of days; ``goal_area`` and ``area`` are positions in
    ``areas``; ``type`` and ``after`` are positions in ``types``, -1 where nothing must come before. ``year`` counts
    from the first. ``fixed`` is the number of people already settled, FREE where there is none, and NO_LIMIT marks an
    absent limit. ``speakers`` counts the people at each language level or above, from level 1; ``stock`` the people
    who finished a type before the plan begins; ``teaches`` is the level that an occurrence of the language area gives.
    """

    settings: Settings
    budget: Ints
    away_cap: int
    speakers: Ints

    goals: tuple[str, ...]
    objective: tuple[str, ...]
    goal_area: Ints
    goal_tier: Ints
    units: Ints
    deadline: Ints
    priority: Ints

    occurrences: tuple[str, ...]
    type: Ints
    area: Ints
    tier: Ints
    start: Ints
    end: Ints
    year: Ints
    cost: Ints
    seats: Ints
    language: Ints
    after: Ints
    gives: Ints
    repeats: Ints
    teaches: Ints
    fixed: Ints

    types: tuple[str, ...]
    stock: Ints
    areas: tuple[str, ...]

    @classmethod
    def from_columns(cls, tables: Mapping[str, Any]) -> Problem:
        """Build a problem from the settings and the columns of goals, occurrences and fixed; raises BadRows."""
        if found := flaws(tables):
            raise BadRows(found)
        settings, goals, menu = Settings.of(tables["settings"]), tables["goals"], tables["occurrences"]
        types = sorted({*menu["type"], *settings.trained})
        areas = sorted({*goals["area"], *menu["area"], settings.language_area})
        area = _positions(menu["area"], areas)
        teaches = np.where(area == areas.index(settings.language_area), _ints(menu["tier"]), 0)
        return cls(
            settings=settings,
            budget=_limits(settings.budgets),
            away_cap=NO_LIMIT if settings.away_cap is None else settings.away_cap,
            speakers=_limits(settings.speakers),
            goals=tuple(goals["goal"]),
            objective=tuple(goals["objective"]),
            goal_area=_positions(goals["area"], areas),
            goal_tier=_ints(goals["tier"]),
            units=_ints(goals["units"]),
            deadline=_days(goals["deadline"]),
            priority=_ints(goals["priority"]),
            occurrences=tuple(menu["occurrence"]),
            type=_positions(menu["type"], types),
            area=area,
            tier=_ints(menu["tier"]),
            start=_days(menu["start"]),
            end=_days(menu["end"]),
            year=_ints([day.year - settings.first_year for day in menu["start"]]),
            cost=_ints(menu["cost"]),
            seats=_limits(menu["seats_likely"]),
            language=_ints([level or 0 for level in menu["language_level"]]),
            after=_ints([types.index(name) if name else -1 for name in menu["after"]]),
            gives=_ints(menu["units_per_person"]),
            repeats=_limits(menu["repeats_per_year"]),
            teaches=np.minimum(teaches, LEVELS),
            fixed=_fixed(menu["occurrence"], tables.get("fixed") or {"occurrence": (), "people": ()}),
            types=tuple(types),
            stock=_stock(types, menu["type"], teaches, settings),
            areas=tuple(areas),
        )

    @property
    def weight(self) -> Ints:
        """What one missed unit of each goal counts."""
        return np.array((0, *self.settings.priority_weights), dtype=np.int64)[self.priority]

    @property
    def weighted_need(self) -> int:
        """What missing everything would count."""
        return int((self.weight * self.units).sum())

    @property
    def serves(self) -> Flags:
        """Whether a person sent to an occurrence (row) brings units to a goal (column)."""
        matches: Flags = self.area[:, None] == self.goal_area[None, :]
        matches &= self.tier[:, None] >= self.goal_tier[None, :]
        matches &= self.end[:, None] <= self.deadline[None, :]
        return matches


@dataclass(frozen=True, eq=False)
class Plan:
    """How many people go to each occurrence, in the problem's order, and how good that is proved to be.

    ``reached`` and ``missed`` count units goal by goal, never beyond the need. ``coverage`` is the percentage of the
    weighted need that is reached; no plan reaches more than ``coverage_bound``, and ``coverage_gap_percent`` is the
    distance. No plan that misses no more of any goal costs less than ``cost_bound``. ``trips`` counts journeys of
    people, ``moves`` the people sent elsewhere than in the plan this one was kept near to (0 if there was none).
    ``away_by_week`` is keyed by the Monday of each ISO week in which somebody is away. ``stages`` counts linear
    programs and ``nodes`` those of the integer search.
    """

    people: Ints
    reached: Ints
    missed: Ints
    coverage: float
    coverage_bound: float
    coverage_gap_percent: float
    cost: int
    cost_bound: int
    cost_gap_percent: float
    trips: int
    moves: int
    cost_by_year: Mapping[int, int]
    away_by_week: Mapping[date, int]
    seed: int
    stages: int
    nodes: int
    input_sha256: str
    output_sha256: str


def weeks(days: Ints) -> Ints:
    """The number of the ISO week of each ordinal day, counted from the week of 1 January of year 1, a Monday."""
    return (days - 1) // 7


def monday(week: int) -> date:
    """The first day of a week numbered as ``weeks`` does."""
    return date.fromordinal(int(week) * 7 + 1)


def _ints(values: Sequence[Any]) -> Ints:
    return np.array(values, dtype=np.int64)


def _days(values: Sequence[date]) -> Ints:
    return _ints([day.toordinal() for day in values])


def _limits(values: Sequence[int | None]) -> Ints:
    return _ints([NO_LIMIT if value is None else value for value in values])


def _positions(names: Sequence[str], among: Sequence[str]) -> Ints:
    place = {name: at for at, name in enumerate(among)}
    return _ints([place[name] for name in names])


def _fixed(occurrences: Sequence[str], fixed: Columns) -> Ints:
    settled = dict(zip(fixed["occurrence"], fixed["people"], strict=True))
    return _ints([settled.get(name, FREE) for name in occurrences])


def _stock(types: Sequence[str], type_of: Sequence[str], teaches: Ints, settings: Settings) -> Ints:
    """Who finished a type already: those counted as trained and, for a language course, those who speak as well."""
    taught: dict[str, int] = {}
    for name, level in zip(type_of, teaches.tolist(), strict=True):
        if level:
            taught[name] = min(level, taught.get(name, LEVELS))
    speaking = _limits(settings.speakers).tolist()
    return _ints([settings.trained.get(name, 0) + (speaking[taught[name] - 1] if name in taught else 0) for name in types])
