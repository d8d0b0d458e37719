"""Sheets read from and written to CSV and workbooks, whatever made them.

Reading detects encoding, separator and the row of headings; what cannot be read is refused in words, never a fault.
Writing streams in constant memory and lets no text run as a formula (F14).
"""

import csv
import io
import re
import tempfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, _

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 300
# A spreadsheet program takes a text that begins so for a formula.
RUNS = ("=", "+", "-", "@", "\t", "\r")
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
csv.field_size_limit(MOST_BYTES)


class NotASheet(Refusal):
    """The file is neither a table of text nor a workbook."""

    message = _("“{name}” could not be read as a sheet: {why}")


WHY_EMPTY = _("it is empty")
WHY_BROKEN = _("it is neither a workbook nor a table of text")
WHY_HUGE = _("it is too large")
WHY_HEADLESS = _("it has no row of headings")


@dataclass(frozen=True)
class Row:
    """One row: its line in the sheet as a person counts, and its cells by heading."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A sheet that was read: its headings, its rows, and how it was written."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    form: str

    def renamed(self, names: dict[str, str]) -> "Table":
        """The same table under other headings; those that are not named stay."""
        known = {heading(theirs): heading(ours) for theirs, ours in names.items()}
        columns = tuple(known.get(c, c) for c in self.columns)
        rows = tuple(Row(r.line, {known.get(c, c): v for c, v in r.cells.items()}) for r in self.rows)
        return Table(self.name, columns, rows, self.form)


def heading(text: str) -> str:
    """A heading as programs compare it: `Start date ` is `start_date`."""
    return re.sub(r"[^0-9a-z]+", "_", text.casefold()).strip("_")


def read(file: bytes, name: str, *, expect: Collection[str] = ()) -> Table:
    """Read a sheet.

    Args:
        file: the bytes as they came.
        name: the name of the file, for words only: what it is shows in its first bytes.
        expect: headings that are known, to find their row below a title or merged cells.

    Raises:
        NotASheet: the file is empty, too large, or no table.
    """
    if not file.strip(b"\0 \r\n\t"):
        raise NotASheet(name=name, why=Sentence(WHY_EMPTY))
    if len(file) > MOST_BYTES:
        raise NotASheet(name=name, why=Sentence(WHY_HUGE))
    if file[:4] == b"PK\x03\x04":
        form, grid = "xlsx", _workbook(file, name)
    else:
        form, grid = "csv", _text(file, name)
    return _table(grid, name, form, {heading(e) for e in expect})


def _table(grid: list[list[str]], name: str, form: str, expect: set[str]) -> Table:
    """The rows below the row of headings; a heading given twice or not at all loses its column."""
    head = _row_of_headings(grid, expect)
    if head is None:
        raise NotASheet(name=name, why=Sentence(WHY_HEADLESS))
    names = [heading(cell) for cell in grid[head]]
    twice = {n for n, times in Counter(names).items() if times > 1}
    places = {n: p for p, n in enumerate(names) if n and (n not in twice or names.index(n) == p)}
    rows = []
    for line, cells in enumerate(grid[head + 1 :], head + 2):
        if any(cells):
            rows.append(Row(line, {n: cells[p] if p < len(cells) else "" for n, p in places.items()}))
    return Table(name, tuple(places), tuple(rows), form)


def _row_of_headings(grid: list[list[str]], expect: set[str]) -> int | None:
    """The row with most known headings among the first twenty, else the first one with two cells filled, else the first."""
    best, most = None, 0
    for place, cells in enumerate(grid[:20]):
        known = len({heading(c) for c in cells} & expect)
        if known > most:
            best, most = place, known
    if best is not None:
        return best
    filled = [place for place, cells in enumerate(grid[:20]) if any(heading(c) for c in cells)]
    return next((p for p in filled if sum(bool(heading(c)) for c in grid[p]) > 1), filled[0] if filled else None)


def _workbook(file: bytes, name: str) -> list[list[str]]:
    """The cells of the first sheet of a workbook that has any.

    The libraries of workbooks are loaded when first needed: the service starts half a second sooner without them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise NotASheet(name=name, why=Sentence(WHY_HUGE))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = import_module("openpyxl").load_workbook(io.BytesIO(file), read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                grid = [[_cell(value) for value in row[:MOST_COLUMNS]] for row in _upto(sheet.iter_rows(values_only=True), name)]
                if any(any(row) for row in grid):
                    return grid
    except NotASheet:
        raise
    except Exception as fault:  # a workbook can be broken in more ways than its reader names
        raise NotASheet(name=name, why=Sentence(WHY_BROKEN)) from fault
    raise NotASheet(name=name, why=Sentence(WHY_EMPTY))


def _text(file: bytes, name: str) -> list[list[str]]:
    """The cells of a table of text."""
    text = _decoded(file, name)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        return [[unguarded(_cell(value)) for value in row[:MOST_COLUMNS]] for row in _upto(rows, name)]
    except csv.Error as fault:
        raise NotASheet(name=name, why=Sentence(WHY_BROKEN)) from fault


def _upto(rows: Iterable[Any], name: str) -> Iterator[Any]:
    for count, row in enumerate(rows):
        if count > MOST_ROWS:
            raise NotASheet(name=name, why=Sentence(WHY_HUGE))
        yield row


def _decoded(file: bytes, name: str) -> str:
    """Text in the encoding that its first bytes or its whole content show; the last resort is that of old Windows."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if file.startswith(mark):
            return _by(file, encoding, name)
    if b"\0" in file[:400]:
        return _by(file, "utf-16-le" if file[1:2] == b"\0" else "utf-16-be", name)
    try:
        return file.decode("utf-8")
    except UnicodeDecodeError:
        return file.decode("cp1252", errors="replace")


def _by(file: bytes, encoding: str, name: str) -> str:
    try:
        return file.decode(encoding)
    except UnicodeDecodeError as fault:
        raise NotASheet(name=name, why=Sentence(WHY_BROKEN)) from fault


def _separator(text: str) -> str:
    """The separator that splits the first lines most evenly."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:10]
    return max(
        ",;\t|",
        key=lambda sign: (min((line.count(sign) for line in lines[:1]), default=0), sum(line.count(sign) for line in lines)),
    )


def _cell(value: Any) -> str:
    """A cell as text: days as ISO 8601, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\0", "").strip()


def guarded(value: Any) -> Any:
    """A cell that no spreadsheet runs: a text that would begin a formula is led by an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    value = value.replace("\0", "")
    return f"'{value}" if value.startswith(RUNS) or (value.startswith("'") and value[1:].startswith(RUNS)) else value


def unguarded(text: str) -> str:
    """The text as it was before it was guarded."""
    return (
        text[1:]
        if text.startswith("'") and (text[1:].startswith(RUNS) or (text[1:2] == "'" and text[2:].startswith(RUNS)))
        else text
    )


def respond(
    form: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """A list as a file to take away, written while it is read."""
    if form == "csv":
        response: Any = StreamingHttpResponse(_lines(columns, rows), content_type=FORMS["csv"])
    else:
        spool = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
        _fill(spool, name, columns, rows)
        spool.seek(0)
        response = FileResponse(spool, content_type=FORMS["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{heading(name) or "sheet"}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[no-any-return]


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A list as a file, CSV or workbook by the ending of its name.

    Raises:
        NotASheet: the ending is neither.
    """
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_lines(columns, rows))
    elif path.suffix == ".xlsx":
        with path.open("wb") as book:
            _fill(book, path.stem, columns, rows)
    else:
        raise NotASheet(name=path.name, why=Sentence(WHY_BROKEN))


def _lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a CSV file, in chunks of some hundred rows."""
    held = io.StringIO(newline="")
    # Both signs of a line end, so that a text with either of them is quoted.
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):
        writer.writerow([guarded(value) for value in row])
        if not count % 200:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def _fill(file: Any, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a workbook of one sheet, with its heading frozen and filters on, in constant memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with import_module("xlsxwriter").Workbook(file, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Sheet")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        last = 0
        for last, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(last, place, _drawable(value))
                elif value is not None:
                    sheet.write(last, place, value.isoformat() if isinstance(value, date) else value)
        sheet.autofilter(0, 0, last, max(0, len(columns) - 1))


def _drawable(text: str) -> str:
    """Text that a workbook can hold: without control characters, and no longer than a cell."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)[:32_767]
