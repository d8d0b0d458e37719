"""What came of the seats of an edition, by party, kind and area: what participation keeps."""

from collections import defaultdict
from collections.abc import Iterator

from comity.activities.models import Edition
from comity.attendance.models import Outcome
from comity.attendance.rules.settling import came_of
from comity.kernel.actors import Actor
from comity.participation.queries.turnouts import Kept


def turnouts_of(edition: Edition, *, seen_by: Actor) -> Iterator[Kept]:
    """The figures of every party over all closed sheets of an edition, read when the first is asked for."""
    rows = Outcome.objects.seen_by(seen_by).filter(sheet__activity__edition=edition, sheet__state="closed").exclude(result="")
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for *where, result in rows.values_list("party", "sheet__activity__kind", "sheet__activity__area_key", "result").order_by():
        found[where[0], where[1], where[2]].append(result)
    for (party, kind, area), results in sorted(found.items()):
        yield Kept(party, kind, area, *came_of(results))
