"""The linear rows of a problem: which occurrences matter, and what limits them, each row under the name of its limit.

A plan keeps to every limit that the settled people alone keep to; where they already exceed one, nobody is added.
Rows that no plan can break are left out, and so are weeks whose people are all away in a neighbouring week as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from optimal.seals import lots
from planning.model import FREE, NO_LIMIT, Flags, Ints, Problem, weeks

Kind = Literal["budget", "away", "prerequisites", "language", "repeats", "goal"]


class Limit(NamedTuple):
    """What a row stands for: the kind of limit, and the year, type, level or goal it concerns."""

    kind: Kind
    at: int


@dataclass(frozen=True)
class Frame:
    """The occurrences that can serve a goal as columns, in the order of the lots, and the rows that limit them.

    ``columns`` are positions in the problem; two columns may share one. A row says that the sum of its entries is at
    most ``most``; the rows of goals come last, one a goal, and say that it should be at least ``most``, their need.
    ``cost`` is that of one person; ``terms`` are the limits as they stand, before what is settled raised them;
    ``twins`` are the columns that were split in two, their second halves standing last.
    """

    problem: Problem
    columns: Ints
    least: Ints
    upper: Ints
    cost: Ints
    row: Ints
    column: Ints
    entry: Ints
    most: Ints
    terms: Ints
    limits: tuple[Limit, ...]
    twins: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def goals_from(self) -> int:
        """The row of the first goal."""
        return len(self.limits) - len(self.problem.goals)

    @property
    def need(self) -> Ints:
        """The units that each goal asks of the columns."""
        return self.most[self.goals_from :]

    def loads(self, people: Ints) -> Ints:
        """What each row holds when so many people go to each column."""
        return np.bincount(self.row, self.entry * people[self.column], len(self.limits)).astype(np.int64)

    def missed(self, people: Ints) -> Ints:
        """Units of each goal that are missing when so many people go to each column."""
        short: Ints = np.maximum(0, self.need - self.loads(people)[self.goals_from :])
        return short

    def spread(self, people: Ints) -> Ints:
        """The same people in the order of the problem's occurrences."""
        whole = np.zeros(len(self.problem.occurrences), dtype=np.int64)
        np.add.at(whole, self.columns, people)
        return whole

    def gathered(self, people: Ints) -> Ints:
        """The people of a doubled frame, back in the columns it was made from."""
        number = len(self.columns) - len(self.twins)
        whole = people[:number].copy()
        whole[self.twins] += people[number:]
        return whole

    def narrowed(self, free: Flags, people: Ints) -> Frame:
        """The frame of some columns alone, while the people of the others stay."""
        stay = np.where(free, 0, people)
        renamed = np.cumsum(free) - 1
        kept = free[self.column]
        used = np.zeros(len(self.most), dtype=bool)
        used[self.row[kept]] = True
        used[self.goals_from :] = True
        left = self.most - self.loads(stay)
        left[self.goals_from :] = np.maximum(0, left[self.goals_from :])
        return replace(
            self,
            columns=self.columns[free],
            least=self.least[free],
            upper=self.upper[free],
            cost=self.cost[free],
            row=(np.cumsum(used) - 1)[self.row[kept]],
            column=renamed[self.column[kept]],
            entry=self.entry[kept],
            most=left[used],
            terms=self.terms[used],
            limits=tuple(limit for limit, counts in zip(self.limits, used.tolist(), strict=True) if counts),
        )

    def levered(self, rows: Ints, most: int) -> Frame:
        """The frame with one more column, last, that eases each of some rows by one."""
        number = len(self.columns)
        return replace(
            self,
            columns=np.append(self.columns, -1),
            least=np.append(self.least, 0),
            upper=np.append(self.upper, most),
            cost=np.append(self.cost, 0),
            row=np.concatenate([self.row, rows]),
            column=np.concatenate([self.column, np.full(len(rows), number)]),
            entry=np.concatenate([self.entry, np.full(len(rows), -1)]),
        )

    def doubled(self, near: Ints) -> Frame:
        """The frame with each column split in two: up to the people of another plan, and beyond."""
        within = np.maximum(self.least, np.minimum(self.upper, near))
        beyond = np.flatnonzero(self.upper > within)
        place = np.full(len(self.columns), -1)
        place[beyond] = len(self.columns) + np.arange(len(beyond))
        again = place[self.column] >= 0
        return replace(
            self,
            columns=np.concatenate([self.columns, self.columns[beyond]]),
            least=np.concatenate([self.least, np.zeros(len(beyond), dtype=np.int64)]),
            upper=np.concatenate([within, (self.upper - within)[beyond]]),
            cost=np.concatenate([self.cost, self.cost[beyond]]),
            row=np.concatenate([self.row, self.row[again]]),
            column=np.concatenate([self.column, place[self.column[again]]]),
            entry=np.concatenate([self.entry, self.entry[again]]),
            twins=beyond,
        )


@dataclass
class _Rows:
    """Rows as they are gathered, block by block."""

    upper: Ints
    settled: Ints
    row: list[Ints] = field(default_factory=list)
    column: list[Ints] = field(default_factory=list)
    entry: list[Ints] = field(default_factory=list)
    most: list[Ints] = field(default_factory=list)
    terms: list[Ints] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def add(self, row: Ints, column: Ints, entry: Ints, most: Ints, limits: list[Limit]) -> None:
        """Add a block of rows, leaving out those that can never be exceeded."""
        largest = np.bincount(row, np.maximum(entry, 0) * self.upper[column], len(most))
        held = np.bincount(row, entry * self.settled[column], len(most)).astype(np.int64)
        binds = largest > most
        renamed = np.cumsum(binds) - 1 + len(self.limits)
        kept = binds[row]
        self.row.append(renamed[row[kept]])
        self.column.append(column[kept])
        self.entry.append(entry[kept])
        self.most.append(np.maximum(most, held)[binds])
        self.terms.append(most[binds])
        self.limits += [limit for limit, counts in zip(limits, binds.tolist(), strict=True) if counts]


def frame(problem: Problem, seed: int, roof: int | None = None) -> Frame:
    """The rows of a problem; with a ``roof``, so many people might go anywhere if no row forbade it."""
    if roof is None:
        upper = _upper(problem)
        able = _reachable(problem, upper)
    else:
        upper = np.where(problem.fixed == FREE, roof, problem.fixed)
        able = upper > 0
    useful = _useful(problem, able)
    names = [problem.occurrences[at] for at in useful.tolist()]
    order = np.lexsort((np.array(names, dtype=str), lots(seed, names)))
    columns = useful[order]
    settled = np.maximum(problem.fixed[columns], 0)
    rows = _Rows(upper[columns], settled)
    _budgets(problem, columns, rows)
    _away(problem, columns, rows)
    _repeats(problem, columns, rows)
    _prerequisites(problem, columns, rows)
    _languages(problem, columns, rows)
    _goals(problem, columns, rows)
    return Frame(
        problem=problem,
        columns=columns,
        least=settled,
        upper=upper[columns],
        cost=problem.cost[columns],
        row=np.concatenate(rows.row),
        column=np.concatenate(rows.column),
        entry=np.concatenate(rows.entry),
        most=np.concatenate(rows.most),
        terms=np.concatenate(rows.terms),
        limits=tuple(rows.limits),
    )


def _upper(problem: Problem) -> Ints:
    """The most people any plan sends to each occurrence; what is settled is settled."""
    upper = np.minimum(np.minimum(problem.seats, problem.repeats), problem.away_cap)
    affordable = problem.budget[problem.year] // np.maximum(problem.cost, 1)
    upper = np.where(problem.cost > 0, np.minimum(upper, affordable), upper)
    speakers = np.append(NO_LIMIT, problem.speakers)[problem.language]
    taught = np.isin(problem.language, problem.teaches)
    upper = np.where(taught, upper, np.minimum(upper, speakers))
    enough = int(problem.units.sum()) + int(np.maximum(problem.fixed, 0).sum())
    return np.where(problem.fixed == FREE, np.minimum(upper, enough), problem.fixed)


def _useful(problem: Problem, able: Flags) -> Ints:
    """Occurrences that bring units to a goal, or open the way to one that does: by what comes before, or by language."""
    wanted = able & (problem.serves & (problem.gives > 0)[:, None] & (problem.units > 0)[None, :]).any(axis=1)
    wanted |= problem.fixed > 0
    while True:
        latest = np.full(len(problem.types) + 1, -1)
        np.maximum.at(latest, problem.after[wanted], problem.start[wanted])
        latest[-1] = -1
        spoken = np.zeros(len(problem.speakers) + 1, dtype=bool)
        spoken[: int(problem.language[wanted].max(initial=0)) + 1] = True
        spoken[0] = False
        more = wanted | (able & ((problem.end < latest[problem.type]) | spoken[problem.teaches]))
        if (more == wanted).all():
            return np.flatnonzero(wanted)
        wanted = more


def _reachable(problem: Problem, upper: Ints) -> Flags:
    """Whether anyone can have finished what must come before each occurrence."""
    able = upper > 0
    while True:
        first = np.full(len(problem.types), NO_LIMIT)
        np.minimum.at(first, problem.type[able], problem.end[able])
        first[problem.stock > 0] = -1
        fewer = able & ((problem.after < 0) | (first[problem.after] < problem.start) | (problem.fixed != FREE))
        if (fewer == able).all():
            return able
        able = fewer


def _each(columns: Ints) -> tuple[Ints, Ints]:
    return np.arange(len(columns)), np.ones(len(columns), dtype=np.int64)


def _budgets(problem: Problem, columns: Ints, rows: _Rows) -> None:
    every, _ = _each(columns)
    names = [Limit("budget", year) for year in range(len(problem.budget))]
    rows.add(problem.year[columns], every, problem.cost[columns], problem.budget, names)


def _repeats(problem: Problem, columns: Ints, rows: _Rows) -> None:
    every, ones = _each(columns)
    years = len(problem.budget)
    key, row = np.unique(problem.type[columns] * years + problem.year[columns], return_inverse=True)
    most = np.full(len(key), NO_LIMIT)
    most[row] = problem.repeats[columns]
    rows.add(row, every, ones, most, [Limit("repeats", at) for at in (key // years).tolist()])


def _spans(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Pairs of each number from ``first`` up to but not ``last``, and the position they came from."""
    length = np.maximum(0, last - first)
    of = np.repeat(np.arange(len(first)), length)
    at = np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length) + first[of]
    return at, of


def _peaks(starts: Ints, changes: Ints) -> Ints:
    """The distinct starts before whose successor something changes; the others ask for no more than their successor."""
    distinct = np.unique(starts)
    at = np.searchsorted(distinct, changes, side="right") - 1
    kept = np.zeros(len(distinct), dtype=bool)
    kept[at[at >= 0]] = True
    kept[-1:] = True
    return distinct[kept]


def _away(problem: Problem, columns: Ints, rows: _Rows) -> None:
    first, last = weeks(problem.start[columns]), weeks(problem.end[columns])
    peaks = _peaks(first, last)
    row, column = _spans(np.searchsorted(peaks, first), np.searchsorted(peaks, last, side="right"))
    most = np.full(len(peaks), problem.away_cap)
    rows.add(row, column, np.ones(len(row), dtype=np.int64), most, [Limit("away", year) for year in _years(problem, peaks)])


def _years(problem: Problem, found: Ints) -> list[int]:
    """The year of the plan in which each week begins or, at its edges, the nearest."""
    given = (date.fromordinal(int(week) * 7 + 1).year - problem.settings.first_year for week in found.tolist())
    return [min(max(year, 0), len(problem.budget) - 1) for year in given]


def _prerequisites(problem: Problem, columns: Ints, rows: _Rows) -> None:
    """So many may have begun a type by any day as had finished what comes before it."""
    type_of, start, end = problem.type[columns], problem.start[columns], problem.end[columns]
    order = np.argsort(type_of, kind="stable")
    edges = np.searchsorted(type_of[order], np.arange(len(problem.types) + 1))
    before = np.full(len(problem.types), -1)
    before[problem.type] = problem.after
    for this in np.flatnonzero((before >= 0) & (edges[1:] > edges[:-1])).tolist():
        earlier = before[this]
        here, there = order[edges[this] : edges[this + 1]], order[edges[earlier] : edges[earlier + 1]]
        peaks = _peaks(start[here], end[there])
        begun, member = _spans(np.searchsorted(peaks, start[here]), np.full(len(here), len(peaks)))
        done, graduate = _spans(np.searchsorted(peaks, end[there], side="right"), np.full(len(there), len(peaks)))
        entries = np.concatenate([np.ones(len(begun), np.int64), np.full(len(done), -1)])
        column = np.concatenate([here[member], there[graduate]])
        most = np.full(len(peaks), problem.stock[earlier])
        rows.add(np.concatenate([begun, done]), column, entries, most, [Limit("prerequisites", this)] * len(peaks))


def _languages(problem: Problem, columns: Ints, rows: _Rows) -> None:
    """So many may be away in any week where a level is asked for as speak it, or have learnt it by then."""
    first, last = weeks(problem.start[columns]), weeks(problem.end[columns])
    for level, speakers in enumerate(problem.speakers.tolist(), 1):
        speaking = np.flatnonzero(problem.language[columns] >= level)
        courses = np.flatnonzero(problem.teaches[columns] == level)
        if speakers >= NO_LIMIT or not len(speaking):
            continue
        peaks = _peaks(first[speaking], np.concatenate([last[speaking], last[courses]]))
        away, member = _spans(np.searchsorted(peaks, first[speaking]), np.searchsorted(peaks, last[speaking], side="right"))
        done, graduate = _spans(np.searchsorted(peaks, last[courses], side="right"), np.full(len(courses), len(peaks)))
        entries = np.concatenate([np.ones(len(away), np.int64), np.full(len(done), -1)])
        column = np.concatenate([speaking[member], courses[graduate]])
        most = np.full(len(peaks), speakers)
        rows.add(np.concatenate([away, done]), column, entries, most, [Limit("language", level)] * len(peaks))


def _goals(problem: Problem, columns: Ints, rows: _Rows) -> None:
    column, goal = np.nonzero(problem.serves[columns])
    names = [Limit("goal", at) for at in range(len(problem.goals))]
    for block, part in ((rows.row, goal + len(rows.limits)), (rows.column, column), (rows.entry, problem.gives[columns][column])):
        block.append(part)
    rows.most.append(problem.units)
    rows.terms.append(problem.units)
    rows.limits += names
