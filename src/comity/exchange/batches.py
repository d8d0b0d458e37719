"""The difference between a sheet and what stands, row by row and cell by cell; and batches that keep one.

The room that owns the rows says what is new, changed or rejected and writes the trail; this module holds the shapes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.exchange.models import Batch, BatchQuerySet, BatchState
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import Sentence, _

VERDICTS = ("new", "changed", "unchanged", "rejected")


class NotToBeApplied(Refusal):
    """A batch is applied once."""

    message = _("This sheet was applied or undone before; hand it in again to see what it would change now.")


class NotToBeUndone(Refusal):
    """Only what was applied is undone, and only once."""

    message = _("Only a sheet that was applied can be undone, and only once.")


@dataclass(frozen=True)
class Remark:
    """Something about one cell: why a row is rejected and what would mend it, or what is worth knowing."""

    column: str
    value: str
    why: Sentence
    mend: Sentence = Sentence("")  # noqa: RUF009

    def stored(self) -> dict[str, Any]:
        """As JSON holds it."""
        said = {
            k: {"message": s.message, "facts": {n: str(v) for n, v in s.facts.items()}}
            for k, s in (("why", self.why), ("mend", self.mend))
        }
        return {"column": self.column, "value": self.value, **said}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Remark":
        """As it was before it was stored."""
        why, mend = (Sentence(stored[k]["message"], stored[k]["facts"]) for k in ("why", "mend"))
        return cls(stored["column"], stored["value"], why, mend)


@dataclass(frozen=True)
class Difference:
    """One row of a sheet against what stands: its verdict, and the cells before and after."""

    line: int
    verdict: str
    key: str = ""
    label: str = ""
    version: int = 0
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()

    @property
    def changed(self) -> list[str]:
        """The columns whose cells differ."""
        return [column for column, value in self.after.items() if self.before.get(column) != value]

    def stored(self) -> dict[str, Any]:
        """As JSON holds it."""
        return vars(self) | {"faults": [f.stored() for f in self.faults], "notes": [n.stored() for n in self.notes]}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Difference":
        """As it was before it was stored."""
        remarks = {k: tuple(Remark.of(r) for r in stored[k]) for k in ("faults", "notes")}
        return cls(**{**stored, **remarks})


def counts(rows: Iterable[Difference]) -> dict[str, int]:
    """How many rows there are of each verdict, all four named."""
    found = Counter(row.verdict for row in rows)
    return {verdict: found[verdict] for verdict in VERDICTS}


def differences(batch: Batch) -> list[Difference]:
    """The rows of a batch."""
    return [Difference.of(row) for row in batch.rows]


def batches(*, seen_by: Actor) -> BatchQuerySet:
    """The batches a reader may see."""
    return Batch.objects.seen_by(seen_by)


def batch(pk: int, *, seen_by: Actor) -> Batch:
    """One batch.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return batches(seen_by=seen_by).get(pk=pk)
    except Batch.DoesNotExist:
        raise NotFound(what="batch") from None


def keep(kind: str, scope: str, name: str, rows: Sequence[Difference], *, at: datetime, by: Actor) -> Batch:
    """Keep a difference so that it can be shown, applied and undone."""
    return Batch.objects.create(
        kind=kind, scope=scope, name=name[:200], party=by.party or "", rows=[r.stored() for r in rows], made_at=at, made_by=by.login
    )


def turn(batch: Batch, to: BatchState, *, at: datetime, by: Actor, rows: Sequence[Difference] | None = None) -> Batch:
    """Mark a batch applied or undone, once, whoever else tries in the same moment.

    Raises:
        NotToBeApplied: it was applied before.
        NotToBeUndone: it was not applied, or was undone before.
    """
    came_from, step, refusal = {
        BatchState.APPLIED: (BatchState.PREVIEWED, "applied", NotToBeApplied),
        BatchState.UNDONE: (BatchState.APPLIED, "undone", NotToBeUndone),
    }[to]
    facts: dict[str, Any] = {"state": to, f"{step}_at": at, f"{step}_by": by.login}
    if rows is not None:
        facts["rows"] = [r.stored() for r in rows]
    if not Batch.objects.filter(pk=batch.pk, state=came_from).update(**facts):
        raise refusal
    for name, value in facts.items():
        setattr(batch, name, value)
    return batch
