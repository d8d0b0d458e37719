"""Tables of text read and written. Reading stops at nothing: every bad cell of every file is reported at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

Cell = Callable[[str], Any]
"""What makes a value out of the text of a cell, or raises ValueError with a reason."""


class Flaw(NamedTuple):
    """One fault of one cell. ``row`` counts lines of the file, the heading being line 1."""

    file: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.column} = {self.value!r}: {self.reason}"


class BadRows(ValueError):
    """The input cannot be read as a problem; ``flaws`` lists every fault found, not only the first."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = tuple(flaws)


def name(cell: str) -> str:
    """A name, which is never empty."""
    if not cell:
        raise ValueError("must not be empty")
    return cell


def name_or_none(cell: str) -> str | None:
    """A name, or nothing."""
    return cell or None


def count(cell: str) -> int:
    """A whole number from 0 up."""
    if not cell.isascii() or not cell.isdigit():
        raise ValueError("must be a whole number")
    return int(cell)


def count_or_none(cell: str) -> int | None:
    """A whole number from 0 up, or nothing."""
    return count(cell) if cell else None


def day(cell: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError("must be a date like 2029-05-31") from None


def flag(cell: str) -> bool:
    """Yes or no, as 1 or 0."""
    if cell not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return cell == "1"


def read_json(path: Path) -> Mapping[str, Any]:
    """An object of a file; raises BadRows."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BadRows([Flaw(path.name, 0, "", "", f"cannot be read: {fault}")]) from fault
    if not isinstance(given, dict):
        raise BadRows([Flaw(path.name, 0, "", "", "must be a JSON object")])
    return given


def read_table(
    path: Path, names: Sequence[str], cells: Mapping[str, Cell], flaws: list[Flaw], optional: Collection[str] = ()
) -> dict[str, list[Any]]:
    """The columns of a table; it may lack the optional ones, which come last. What cannot be read is added to the flaws."""
    if optional and not set(optional) & set(heading(path)):
        names = [name for name in names if name not in optional]
    columns: dict[str, list[Any]] = {name: [] for name in names}
    parsers = [(name, cells[name], columns[name].append) for name in names]
    for line, row in read_rows(path, names, flaws):
        for (column, parse, keep), cell in zip(parsers, row, strict=True):
            try:
                keep(parse(cell))
            except ValueError as fault:
                flaws.append(Flaw(path.name, line, column, cell, str(fault)))
    return columns


def heading(path: Path) -> list[str]:
    """The names of the columns of a table; none if it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def read_rows(path: Path, names: Sequence[str], flaws: list[Flaw]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table under its heading, each with its line; what cannot be read is added to the flaws."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            found = next(rows, [])
            if found != list(names):
                flaws.append(Flaw(path.name, 1, "", ",".join(found), f"the heading must be {','.join(names)}"))
                return
            for cells in rows:
                if len(cells) != len(names):
                    reason = f"has {len(cells)} cells, not {len(names)}"
                    flaws.append(Flaw(path.name, rows.line_num, "", ",".join(cells), reason))
                else:
                    yield rows.line_num, cells
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        flaws.append(Flaw(path.name, 0, "", "", f"cannot be read: {fault}"))


def write_table(path: Path, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table under its heading."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def write_json(path: Path, value: object) -> None:
    """Write a value for people to read."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
