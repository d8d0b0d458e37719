"""Editions of any size for the benchmarks, and how long a sheet takes on its way into the menu."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Measure, once
from comity.activities.acts import activities, editions, imports
from comity.activities.models import Edition
from comity.activities.queries.imports import cells_of
from comity.activities.rules import entries
from comity.config.preparation import THE_HOUSE
from comity.exchange import sheets
from comity.packs.demonstration import menu

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def prepare(rows: int, year: int) -> Edition:
    """An edition with so many approved activities, published and open for requests; made once."""
    if found := Edition.objects.filter(pk=year).first():
        return found
    edition = editions.plan(year, at=AT, by=THE_HOUSE, is_demonstration=True)
    editions.open_contributions(edition, at=AT, by=THE_HOUSE)
    made, parts = menu.entries(rows, seed=year)
    activities.bring_in(edition, made, parts=parts, contributed_by=[None] * rows, approving=True, at=AT, by=THE_HOUSE)
    editions.publish(edition, at=AT, by=THE_HOUSE)
    return editions.open_requests(edition, closing_at=datetime(year, 1, 15, 17, tzinfo=UTC), at=AT, by=THE_HOUSE)


def measures(rows: int = 1_400) -> Iterator[Measure]:
    """From the bytes of a workbook of new rows to the rows in the menu: read, compare, keep the difference, apply."""
    source = prepare(rows, 2030)
    names = [column.name for column in entries.COLUMNS]
    made = [cells_of(activity) | {"row_id": f"R{n}"} for n, activity in enumerate(source.activities.all())]
    edition = editions.plan(2033, at=AT, by=THE_HOUSE)
    editions.open_contributions(edition, at=AT, by=THE_HOUSE)
    with TemporaryDirectory() as folder:
        sheet = Path(folder) / "entries.csv"
        sheets.write(sheet, names, ([row[name] for name in names] for row in made))

        def bring_in() -> None:
            table = sheets.read(sheet.read_bytes(), sheet.name, expect=entries.NAMES)
            imports.apply(imports.preview(edition, table, at=AT, by=THE_HOUSE), at=AT, by=THE_HOUSE)

        yield once(f"import of {rows:,} rows", bring_in, "read, compared, shown, applied")
