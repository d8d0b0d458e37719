"""Reads of turnouts: what came of the seats of parties in editions before one."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from comity.kernel.actors import Actor
from comity.kernel.findings import Caution
from comity.kernel.words import Sentence, _
from comity.participation.models.turnouts import Turnout

# So many editions count, and so many seats of a hundred may stand empty without excuse before it is said.
EDITIONS, LIMIT = 3, 10


@dataclass(frozen=True)
class Kept:
    """The figures of one party at activities of one kind and area."""

    party: str
    kind: str
    area_key: str
    held: int
    came: int
    no_shows: int
    excused: int


@dataclass(frozen=True)
class Record:
    """How a party used its seats over some editions."""

    held: int = 0
    came: int = 0
    no_shows: int = 0
    excused: int = 0

    @property
    def no_show_percent(self) -> float:
        """How many seats of a hundred stood empty without excuse."""
        return 100 * self.no_shows / self.held if self.held else 0.0

    @property
    def came_percent(self) -> float:
        """How many seats of a hundred were used."""
        return 100 * self.came / self.held if self.held else 0.0


def records(parties: Collection[str] | None = None, *, before: int, since: int = 0, seen_by: Actor) -> dict[str, Record]:
    """How parties used their seats in editions from one year on and before another; of all parties where none are named."""
    rows = Turnout.objects.seen_by(seen_by).filter(edition__gte=since, edition__lt=before)
    rows = rows if parties is None else rows.filter(party__in=parties)
    told = rows.order_by().values_list("party").annotate(Sum("held"), Sum("came"), Sum("no_shows"), Sum("excused"))
    return {party: Record(*figures) for party, *figures in told}


def recent(parties: Collection[str] | None = None, *, before: int, seen_by: Actor) -> dict[str, Record]:
    """How parties used their seats in the last editions before one."""
    return records(parties, before=before, since=before - EDITIONS, seen_by=seen_by)


def cautions(party: str | None, *, before: int, seen_by: Actor) -> list[Caution]:
    """What a party should know of its own empty seats when it asks for more: something only beyond the published share."""
    record = recent([party], before=before, seen_by=seen_by).get(party) if party else None
    if record is None or record.no_show_percent <= LIMIT:
        return []
    words = _(
        "Of {held} seats you held in the last {editions} editions, {empty} stood empty without excuse: "
        "more than {limit} in a hundred."
    )
    return [Caution(Sentence(words, {"held": record.held, "editions": EDITIONS, "empty": record.no_shows, "limit": LIMIT}))]
