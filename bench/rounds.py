"""Drawing up at menu scale: gather, allot, check, explain, record; each published rule once, on the demonstration's year."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from bench.measuring import Measure, once
from comity.activities.models import Edition
from comity.config.preparation import THE_HOUSE
from comity.participation.acts import allocations, rounds
from comity.participation.models import Round, Rule


def measures() -> Iterator[Measure]:
    """One simulation under each rule, and its replay to the same bytes."""
    year = Edition.objects.get(pk=2027)
    for rule in Rule.objects.order_by("name"):
        ordered = rounds.order(year, rule=rule, simulation=True, seed=1, by=THE_HOUSE, at=datetime.now(UTC))
        drawn = once(
            f"draw up, {rule.name}", lambda ordered=ordered: allocations.draw_up(ordered, at=datetime.now(UTC), by=THE_HOUSE)
        )
        told = Round.objects.get(pk=ordered.pk)
        note = f"{told.counts['requests']:,} requests, gap {told.gap_percent:.4f} %"
        yield Measure(drawn.name, drawn.p50, drawn.p95, 1, note=note)
        yield once(f"replay, {rule.name}", partial(allocations.replay, told, by=THE_HOUSE))
