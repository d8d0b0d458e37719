"""Drawing up at menu scale: gather, allot, check, explain, record; each rule once, the same invented year.

Needs the demonstration in the database of the settings. Prints one line a rule; nothing it makes is kept.
"""

import os
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
django.setup()

from django.db import transaction  # noqa: E402

from comity.accounts.rules import Role, permissions_of  # noqa: E402
from comity.activities.models import Edition  # noqa: E402
from comity.kernel.actors import Actor  # noqa: E402
from comity.participation.acts import allocations, rounds  # noqa: E402
from comity.participation.models import Rule  # noqa: E402

THE_HOUSE = Actor(login="system", name="Comity", permissions=permissions_of(Role.ADMINISTRATOR))


def measure(rule: Rule, year: Edition) -> dict[str, Any]:
    """One simulation under a rule, undone afterwards."""
    at = datetime.now(UTC)
    with transaction.atomic():
        ordered = rounds.order(year, rule=rule, simulation=True, seed=1, by=THE_HOUSE, at=at)
        began = perf_counter()
        drawn = allocations.draw_up(ordered, at=at, by=THE_HOUSE)
        seconds = perf_counter() - began
        began = perf_counter()
        same = allocations.replay(drawn, by=THE_HOUSE).is_same
        told = {"rule": str(rule), "draw_up_s": round(seconds, 2), "replay_s": round(perf_counter() - began, 2), "same": same}
        told |= {"requests": drawn.counts["requests"], "gap_percent": drawn.gap_percent}
        transaction.set_rollback(True)
    return told


def main() -> None:
    """Every published rule on the newest edition that has taken requests."""
    year = Edition.objects.filter(requests_opened_at__isnull=False).order_by("-year").first()
    assert year, "no edition has taken requests: start the demonstration first"
    for rule in Rule.objects.order_by("name"):
        print("  ".join(f"{name} {value}" for name, value in measure(rule, year).items()))


if __name__ == "__main__":
    main()
