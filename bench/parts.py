"""The parts of `make bench`, each on the same database; the first one that needs the demonstration builds it."""

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench import allotment, menu, pages, people, planning, programmes, rounds
from bench.measuring import Measure
from comity.activities.models import Activity, Edition
from comity.config.plumbing import UNUSED_FILES
from comity.config.preparation import fill
from comity.config.words import compile_translations

PACK = Path(__file__).resolve().parent.parent / "packs" / "nato"
SIZES = {1_400: 2027, 14_000: 2028}
Rows = list[dict[str, object]]


def of_pages() -> Rows:
    """The listed pages at both sizes; the larger one is also set against the smaller."""
    _prepared()
    found: dict[str, Measure] = {}
    for size, year in SIZES.items():
        menu.prepare(size, year)
        # What the database does by itself in the minutes after so many rows came in.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        number = Activity.objects.filter(edition_id=year).order_by("number").values_list("number", flat=True)[50]
        found |= {measure.name: measure for measure in pages.measures(size, year, number)}
    return [_against_the_smaller(measure, found).row() for measure in found.values()]


def of_import() -> Rows:
    """A sheet of a year's menu."""
    _prepared()
    return [measure.row() for measure in menu.measures()]


def of_rounds() -> Rows:
    """Each rule on the demonstration's year."""
    _prepared()
    return [measure.row() for measure in rounds.measures()]


def of_programmes() -> Rows:
    """A long programme: its pages, comparing its versions, its paper."""
    _prepared()
    return [measure.row() for measure in programmes.measures()]


def of_people() -> Rows:
    """A year with all its people: pages, one export, one tap of a sheet."""
    _prepared()
    return [measure.row() for measure in people.measures()]


def of_the_core() -> Rows:
    """The pure core beside what one would otherwise use."""
    return _alone(allotment.measures)


def of_the_planner() -> Rows:
    """The pure planner beside what one would otherwise use."""
    return _alone(planning.measures)


PARTS: dict[str, Callable[[], Rows]] = {
    "pages": of_pages,
    "import": of_import,
    "rounds": of_rounds,
    "programmes": of_programmes,
    "people": of_people,
    "allotment": of_the_core,
    "planning": of_the_planner,
}


def _prepared() -> None:
    """Schema, static files, pack and demonstration, once."""
    call_command("migrate", interactive=False, verbosity=0)
    if not Edition.objects.exists():
        compile_translations()
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_FILES)
        fill(PACK, password="only for the benchmark", at=datetime.now(UTC))


def _alone(measures: Callable[[], Rows]) -> Rows:
    """What a core measures while nothing looks through what other parts left in memory: it runs alone in the product, too."""
    gc.collect()
    gc.freeze()
    return [
        Measure(row["name"], row["seconds"], row["seconds"], 1, row["ratio_to"], row["ratio"], note=row["note"]).row()
        for row in measures()
    ]


def _against_the_smaller(measure: Measure, found: dict[str, Measure]) -> Measure:
    """A page at the larger size, with a note of how it compares with the same page at the smaller."""
    small, large = (f"{size:,}" for size in SIZES)
    smaller = found.get(measure.name.replace(f"at {large}", f"at {small}"))
    if smaller is None or smaller is measure:
        return measure
    return replace(measure, note=f"p95 {measure.p95 / smaller.p95:.2f} times that at {small}")
