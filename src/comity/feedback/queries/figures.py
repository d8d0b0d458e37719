"""The frozen figures of a report as one reader may see them, the same on the page, on paper and for programs.

The staff reads counts, which name nobody. Everybody else reads the own people as they are, and of the others no cell in
which fewer than five could be told apart.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.accounts.rules import Permission
from comity.activities.queries.menu import labels
from comity.feedback.models import ActivityReport
from comity.feedback.queries.attended import ASPECTS, COUNTS
from comity.feedback.rules import shown_to_others
from comity.kernel.actors import Actor
from comity.kernel.words import Name

# What counts people by a trait of theirs; how they are paid is no such thing.
TRAITS = ("gender", "rank")


@dataclass(frozen=True)
class Split:
    """Who came, by one aspect: of the reader's own party, and of the others; nothing stands for what is hidden."""

    aspect: str
    own: Mapping[str, int]
    others: Mapping[str, int | None]
    total: int | None

    @property
    def keys(self) -> list[str]:
        """Every value of the aspect there is."""
        return sorted({*self.own, *self.others}, key=lambda key: (key == "", key))


@dataclass(frozen=True)
class Frozen:
    """The figures of a report for one reader."""

    parties: Mapping[str, Mapping[str, int]]
    total: Mapping[str, int]
    splits: Sequence[Split]
    own: str = ""
    names: Mapping[str, Name] = field(default_factory=dict)

    def name_of(self, code: str) -> Name:
        """What a party is called."""
        return self.names.get(code, Name(code))


def figures(report: ActivityReport, *, seen_by: Actor) -> Frozen:
    """The figures of a report; a delegation sees the counts of its own party and the sum of all."""
    kept: dict[str, Any] = report.figures or {"parties": {}, "came": {aspect: {} for aspect in ASPECTS}}
    staff, provider = seen_by.may(Permission.SEE_EVERYTHING), report.activity.is_run_by(seen_by)
    own = seen_by.party or "" if not staff else ""
    rows = {code: row for code, row in kept["parties"].items() if staff or provider or code == own}
    total = {name: sum(row[name] for row in kept["parties"].values()) for name in COUNTS}
    splits = [_split(aspect, kept["came"][aspect], own, plain=staff) for aspect in ASPECTS]
    return Frozen(rows, total, splits, own, labels(parties=rows, areas=()).parties if rows else {})


def _split(aspect: str, parties: Mapping[str, Mapping[str, int]], own: str, *, plain: bool) -> Split:
    mine = {key: count for key, count in parties.get(own, {}).items() if count}
    others: Counter[str] = Counter()
    for code, cells in parties.items():
        if code != own:
            others.update(cells)
    theirs = {key: count for key, count in others.items() if count}
    if plain or aspect not in TRAITS:
        return Split(aspect, mine, theirs, sum(theirs.values()))
    return Split(aspect, mine, *shown_to_others(theirs))
