"""What an accession to an alliance changes: which rows end, and where a row as an Ally starts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.frameworks.rules.standing import ALLY, COUNTED, Standing


@dataclass(frozen=True)
class Accession:
    """The consequences of an accession: frameworks in which the party's rows end, and in which it starts as an Ally."""

    ends: tuple[str, ...]
    starts: tuple[str, ...]


def consequences(standing: Standing, allies: Iterable[Standing], *, to: str, on: date) -> Accession:
    """What follows when a party accedes to an alliance on a day.

    Whatever it stands in as something else than an Ally ends; wherever Allies sit as such, it starts to sit with them.
    """
    ends = {s.framework for s in standing.stays if s.standing in COUNTED - {ALLY} and s.covers(on)}
    seats = {s.framework for ally in allies for s in ally.counted(on) if s.standing == ALLY}
    return Accession(tuple(sorted(ends)), tuple(sorted(seats | {to})))
