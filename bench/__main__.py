"""`make bench`: every benchmark on a database of its own, as a table and as `bench/results/latest.json`."""

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import django
from rich.console import Console
from rich.table import Table

from comity.config.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "build" / "bench"
os.environ["COMITY_DATA"] = str(DATA)
os.environ["COMITY_DEMONSTRATION"] = "yes"
os.environ["DJANGO_SETTINGS_MODULE"] = "comity.config.settings"
django.setup()

from bench import parts  # noqa: E402 - its imports need the settings


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("parts", nargs="*", help=f"{', '.join(parts.PARTS)}; all when none is named")
    wanted = parser.parse_args().parts or list(parts.PARTS)
    cluster = Cluster(DATA / "pg")
    cluster.start()
    cluster.query("DROP DATABASE IF EXISTS comity WITH (FORCE)")
    cluster.ensure_database()
    try:
        rows = [row for name in wanted for row in parts.PARTS[name]()]
    finally:
        cluster.stop()
    tell(rows)


def tell(rows: list[dict[str, object]]) -> None:
    """Print the table and write the file."""
    table = Table("measure", "p50", "p95", "ratio", "to", "queries", "note", box=None, header_style="bold")
    for row in rows:
        ratio = row["ratio"]
        shown = f"{ratio:.2f}" if isinstance(ratio, float) else ""
        words = [str(row[key] if row[key] is not None else "") for key in ("baseline", "queries", "note")]
        table.add_row(str(row["name"]), _time(row["p50"]), _time(row["p95"]), shown, *words)
    Console().print(table)
    file = ROOT / "bench" / "results" / "latest.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(), "cores": os.cpu_count()}
    file.write_text(json.dumps(about | {"measures": rows}, indent=2) + "\n", encoding="utf-8")


def _time(seconds: object) -> str:
    value = float(str(seconds))
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


if __name__ == "__main__":
    main()
