"""What the tables of a problem may say: their columns, the settings, and every fault a cell can have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from optimal.tables import Flaw

LEVELS = 6
"""Language levels are numbered from 1 to this; 0 asks for none."""

MOST_YEARS = 20
MOST_PEOPLE = 10**6
MOST_MONEY = 10**12
WEIGHTS = (100, 30, 10)
LANGUAGE_AREA = "language"


TABLES: Mapping[str, tuple[str, ...]] = {
    "goals": ("goal", "objective", "area", "tier", "units", "deadline", "priority"),
    "occurrences": (
        *("occurrence", "type", "area", "tier", "start", "end", "cost", "seats_likely"),
        *("language_level", "after", "units_per_person", "repeats_per_year"),
    ),
    "fixed": ("occurrence", "people"),
}
"""The tables of a problem beside its settings, and their columns, in the order of the files. The first is the key."""

_COUNTS = (
    ("goals", "tier", 0, 99, False),
    ("goals", "units", 0, MOST_PEOPLE, False),
    ("goals", "priority", 1, 3, False),
    ("occurrences", "tier", 0, 99, False),
    ("occurrences", "cost", 0, MOST_MONEY, False),
    ("occurrences", "seats_likely", 0, MOST_PEOPLE, True),
    ("occurrences", "language_level", 0, LEVELS, True),
    ("occurrences", "units_per_person", 0, MOST_PEOPLE, False),
    ("occurrences", "repeats_per_year", 0, MOST_PEOPLE, True),
    ("fixed", "people", 0, MOST_PEOPLE, False),
)
_NAMES = (("goals", "goal"), ("goals", "area"), ("occurrences", "occurrence"), ("occurrences", "type"), ("occurrences", "area"))
_DAYS = (("goals", "deadline"), ("occurrences", "start"), ("occurrences", "end"))


@dataclass(frozen=True, slots=True)
class Settings:
    """The limits of the party: its years, the budget of each, people away in one ISO week, speakers by level.

    None is no limit. ``trained`` counts the people who finished a type before the plan begins; courses of the
    ``language_area`` give the language level that is their tier; ``priority_weights`` say what one missed unit counts.
    """

    years: int
    first_year: int
    budgets: tuple[int | None, ...]
    away_cap: int | None
    speakers: tuple[int | None, ...]
    trained: Mapping[str, int]
    language_area: str = LANGUAGE_AREA
    priority_weights: tuple[int, int, int] = WEIGHTS

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """Read settings that are known to have no flaw."""
        years, first = given["years"], given["first_year"]
        first_weight, second, third = _listed(given.get("priority_weights", WEIGHTS), 1, 3)
        return cls(
            years=years,
            first_year=first,
            budgets=tuple(_listed(given["budgets"], first, years)),
            away_cap=given.get("away_cap"),
            speakers=tuple(_listed(given.get("speakers") or (), 1, LEVELS)),
            trained=dict(given.get("trained") or {}),
            language_area=given.get("language_area", LANGUAGE_AREA),
            priority_weights=(first_weight, second, third),
        )

    def as_json(self) -> dict[str, Any]:
        """The settings as they stand in ``settings.json``."""
        return {
            "years": self.years,
            "first_year": self.first_year,
            "budgets": list(self.budgets),
            "away_cap": self.away_cap,
            "speakers": {str(level): number for level, number in enumerate(self.speakers, 1) if number is not None},
            "trained": dict(sorted(self.trained.items())),
            "language_area": self.language_area,
            "priority_weights": {str(priority): weight for priority, weight in enumerate(self.priority_weights, 1)},
        }


def flaws(tables: Mapping[str, Any]) -> list[Flaw]:
    """Every fault of the settings and the three tables; the table of what is fixed may be absent."""
    settings = tables.get("settings", {})
    found = list(_of_settings(settings))
    shaped = True
    for table, names in TABLES.items():
        lacking = list(_misshapen(table, names, tables.get(table) or ({} if table != "fixed" else dict.fromkeys(names, ()))))
        shaped = shaped and not lacking
        found += lacking
    if not shaped:
        return found
    known = {table: tables.get(table) or dict.fromkeys(names, ()) for table, names in TABLES.items()}
    cells = list(_of_cells(known))
    found += cells
    if not found:
        found += _of_the_whole(known, Settings.of(settings))
    return found


def _misshapen(table: str, names: Sequence[str], columns: Mapping[str, Sequence[Any]]) -> Iterator[Flaw]:
    missing = [name for name in names if name not in columns]
    for name in missing:
        yield Flaw(f"{table}.csv", 1, name, "", "is missing")
    if not missing and len({len(columns[name]) for name in names}) > 1:
        yield Flaw(f"{table}.csv", 1, "", "", "the columns differ in length")


def _of_settings(given: Mapping[str, Any]) -> Iterator[Flaw]:
    for name, least, most in (("years", 1, MOST_YEARS), ("first_year", 1, 9000)):
        if not _whole(given.get(name), least, most):
            yield _setting(name, given.get(name), f"must be a whole number from {least} to {most}")
    years, first = given.get("years"), given.get("first_year")
    if isinstance(years, int) and isinstance(first, int) and _whole(years, 1, MOST_YEARS):
        yield from _series(given, "budgets", first, years, MOST_MONEY, exact=True)
    if given.get("away_cap") is not None and not _whole(given["away_cap"], 0, MOST_PEOPLE):
        yield _setting("away_cap", given["away_cap"], f"must be a whole number from 0 to {MOST_PEOPLE}, or nothing")
    yield from _series({"speakers": given.get("speakers") or ()}, "speakers", 1, LEVELS, MOST_PEOPLE)
    yield from _series({"priority_weights": given.get("priority_weights", WEIGHTS)}, "priority_weights", 1, 3, 10**6, exact=True)
    for name, number in dict(given.get("trained") or {}).items():
        if not _whole(number, 0, MOST_PEOPLE):
            yield _setting("trained", f"{name}: {number}", f"must be a whole number from 0 to {MOST_PEOPLE}")
    if not isinstance(given.get("language_area", LANGUAGE_AREA), str):
        yield _setting("language_area", given["language_area"], "must be the name of an area")


def _series(given: Mapping[str, Any], name: str, first: int, number: int, most: int, *, exact: bool = False) -> Iterator[Flaw]:
    """Faults of a setting that is a list from ``first``, or an object keyed by these numbers."""
    series = given.get(name)
    if not isinstance(series, Mapping | Sequence) or isinstance(series, str):
        yield _setting(name, series, "must be a list, or an object keyed by number")
        return
    keys = {str(first + at) for at in range(number)}
    told = {str(key) for key in series} if isinstance(series, Mapping) else {str(first + at) for at in range(len(series))}
    if not told <= keys or (exact and told != keys):
        yield _setting(
            name, sorted(told), f"must have {'one entry' if exact else 'at most one entry'} for each of {min(keys)} to {max(keys)}"
        )
    for value in series.values() if isinstance(series, Mapping) else series:
        if not (value is None and name != "priority_weights") and not _whole(value, 0, most):
            yield _setting(name, value, f"must be a whole number from 0 to {most}")


def _listed(series: Mapping[Any, Any] | Sequence[Any], first: int, number: int) -> list[Any]:
    if isinstance(series, Mapping):
        named = {str(key): value for key, value in series.items()}
        return [named.get(str(first + at)) for at in range(number)]
    return [*series, *[None] * (number - len(series))]


def _of_cells(tables: Mapping[str, Any]) -> Iterator[Flaw]:
    for table, names in TABLES.items():
        yield from _twice(table, names[0], tables[table][names[0]])
    for table, column in _NAMES:
        for row, name in enumerate(tables[table][column]):
            if not isinstance(name, str) or not name:
                yield _flaw(table, row, column, name, "must not be empty")
    for table, column, least, most, may_be_open in _COUNTS:
        for row, value in enumerate(tables[table][column]):
            if not (value is None and may_be_open) and not _whole(value, least, most):
                yield _flaw(table, row, column, value, f"must be a whole number from {least} to {most}")
    for table, column in _DAYS:
        for row, day in enumerate(tables[table][column]):
            if not isinstance(day, date):
                yield _flaw(table, row, column, day, "must be a date")


def _of_the_whole(tables: Mapping[str, Any], settings: Settings) -> Iterator[Flaw]:
    menu = tables["occurrences"]
    last = settings.first_year + settings.years - 1
    for row, (start, end) in enumerate(zip(menu["start"], menu["end"], strict=True)):
        if not settings.first_year <= start.year <= last:
            yield _flaw("occurrences", row, "start", start, f"must be from {settings.first_year} to {last}")
        if end < start:
            yield _flaw("occurrences", row, "end", end, "is before the start")
    types = {*menu["type"], *settings.trained}
    for row, (name, after) in enumerate(zip(menu["type"], menu["after"], strict=True)):
        if after and after not in types:
            yield _flaw("occurrences", row, "after", after, "is not known")
        if after and after == name:
            yield _flaw("occurrences", row, "after", after, "is the type itself")
    yield from _disagreeing(menu, "after")
    yield from _disagreeing(menu, "repeats_per_year")
    known = set(menu["occurrence"])
    for row, name in enumerate(tables["fixed"]["occurrence"]):
        if name not in known:
            yield _flaw("fixed", row, "occurrence", name, "is not known")


def _disagreeing(menu: Mapping[str, Sequence[Any]], column: str) -> Iterator[Flaw]:
    """Cells that say of a type what another of its occurrences denies."""
    told: dict[str, Any] = {}
    for row, (name, value) in enumerate(zip(menu["type"], menu[column], strict=True)):
        if told.setdefault(name, value) != value:
            yield _flaw("occurrences", row, column, value, "differs from another occurrence of its type")


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _setting(name: str, value: object, reason: str) -> Flaw:
    return Flaw("settings.json", 0, name, "" if value is None else str(value), reason)


def _flaw(table: str, row: int, column: str, value: object, reason: str) -> Flaw:
    return Flaw(f"{table}.csv", row + 2, column, "" if value is None else str(value), reason)


def _twice(table: str, column: str, keys: Iterable[str]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for row, key in enumerate(keys):
        if key in seen:
            yield _flaw(table, row, column, key, "appears twice")
        seen.add(key)
