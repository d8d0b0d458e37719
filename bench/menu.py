"""Measures the menu: list, search, facets, detail and import, at the size of the demonstration and at ten times that.

Run as `python -m bench.menu` against a database of its own; `prepare` fills an edition for other measures too.
"""

import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("COMITY_DEMONSTRATION", "yes")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def prepare(rows: int, year: int = 2030) -> Any:
    """An edition with so many approved activities, published and open for requests; made once."""
    from tests.world.cast import MENU_MANAGER as by

    from comity.activities.acts import activities, editions
    from comity.activities.models import Edition
    from comity.packs.demonstration import menu

    if found := Edition.objects.filter(pk=year).first():
        return found
    edition = editions.plan(year, at=AT, by=by, is_demonstration=True)
    editions.open_contributions(edition, at=AT, by=by)
    entries, parts = menu.entries(rows, seed=year)
    activities.bring_in(edition, entries, parts=parts, contributed_by=[None] * rows, approving=True, at=AT, by=by)
    editions.publish(edition, at=AT, by=by)
    return editions.open_requests(edition, closing_at=datetime(year, 1, 15, 17, tzinfo=UTC), at=AT, by=by)


def timed(call: Callable[[], Any], times: int = 30) -> dict[str, float]:
    """The median and the 95th percentile of a call, in milliseconds, after three calls to warm up."""
    for _ in range(3):
        call()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return {"p50_ms": round(statistics.median(took), 1), "p95_ms": round(took[int(len(took) * 0.95) - 1], 1)}


def measure() -> dict[str, Any]:
    """All measures of the menu."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from tests.world import cast, menu

    from comity.accounts.rules import Role

    cast.the_world()
    menu.entry_groups()
    user = cast.person("bench", Role.POINT_OF_CONTACT, of="XLA")
    results: dict[str, Any] = {}
    for rows, year in ((1_400, 2030), (14_000, 2031)):
        began = time.perf_counter()
        edition = prepare(rows, year)
        results[f"prepare {rows}"] = {"seconds": round(time.perf_counter() - began, 2)}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        number = edition.activities.order_by("pk").values_list("number", flat=True)[rows // 2]
        client = Client()
        client.force_login(user)
        pages = {
            "list": f"/menu/{year}/",
            "facets": f"/menu/{year}/?area=cyber-defence&kind=course&kind=seminar",
            "search": f"/menu/{year}/?q=cyber+defence",
            "misspelt": f"/menu/{year}/?q=cyber+defnece",
            "open to us": f"/menu/{year}/?open=us",
            "detail": f"/menu/{year}/{number}/",
        }
        for name, address in pages.items():

            def ask(address: str = address, client: Client = client) -> None:
                assert client.get(address).status_code == 200

            ask()
            with CaptureQueriesContext(connection) as asked:
                ask()
            results[f"{name} {rows}"] = timed(ask) | {"queries": len(asked)}
    results["import 1400"] = {"seconds": import_seconds()}
    return results


def import_seconds(rows: int = 1_400) -> float:
    """How long a workbook of so many new rows takes from its bytes to its rows in the menu."""
    from tests.world import menu
    from tests.world.cast import MENU_MANAGER as by

    from comity.activities.acts import imports
    from comity.activities.queries.imports import cells_of
    from comity.activities.rules import entries
    from comity.exchange import sheets

    source = prepare(rows, 2030)
    made = [cells_of(a) | {"row_id": f"R{n}"} for n, a in enumerate(source.activities.all())]
    names = [c.name for c in entries.COLUMNS]
    lines = b"".join(line.encode() for line in sheets._lines(names, [[row[n] for n in names] for row in made]))
    edition = menu.edition(2033, state="open_for_contributions")
    began = time.perf_counter()
    table = sheets.read(io.BytesIO(lines).getvalue(), "bench.csv", expect=entries.NAMES)
    imports.apply(imports.preview(edition, table, at=AT, by=by), at=AT, by=by)
    return round(time.perf_counter() - began, 2)


def main() -> None:
    """Make a database, measure in it, drop it."""
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from comity.config.cluster import Cluster

    Cluster(settings.DATA / "pg").start()
    setup_test_environment(debug=False)
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
    finally:
        teardown_databases(kept, verbosity=0)


if __name__ == "__main__":
    main()
