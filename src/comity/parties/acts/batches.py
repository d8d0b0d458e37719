"""Laying down many rows at once: what a load of facts does, and how much of it changed anything.

A batch is no act of its own: it runs inside the transaction of the act that calls it, which writes the trail.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Tally:
    """How many rows were created, changed and left as they were."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.created or self.changed)

    def as_dict(self) -> dict[str, int]:
        """The three counts by name."""
        return {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}


@dataclass(frozen=True)
class Wanted(Generic[Row]):
    """A row as it should be, and the keys of the rows it should be tied to, by the name of the tie."""

    row: Row
    ties: Mapping[str, frozenset[Any]] = field(default_factory=dict)


def lay(
    model: type[Row],
    wanted: Sequence[Wanted[Row]],
    *,
    fields: Collection[str],
    identity: Callable[[Row], Hashable] = lambda row: row.pk,
) -> Tally:
    """Make the rows of a table as wanted: new ones created, those that differ changed, the rest left alone.

    Rows of the table that are not wanted stay: facts are never removed by a load.
    """
    present = {identity(row): row for row in model._default_manager.all()}
    new: list[Wanted[Row]] = []
    changed: dict[Hashable, Row] = {}
    for wish in wanted:
        row = present.get(identity(wish.row))
        if row is None:
            new.append(wish)
        elif _differs(row, wish.row, fields):
            for name in fields:
                setattr(row, name, getattr(wish.row, name))
            changed[identity(row)] = row
    model._default_manager.bulk_create([wish.row for wish in new])
    if changed:
        model._default_manager.bulk_update(changed.values(), list(fields))
    pk_of = {identity(wish.row): present.get(identity(wish.row), wish.row).pk for wish in wanted}
    retied = tie(model, ((pk_of[identity(wish.row)], wish.ties) for wish in wanted))
    fresh = {wish.row.pk for wish in new}
    touched = {row.pk for row in changed.values()} | (retied - fresh)
    return Tally(len(new), len(touched), len(wanted) - len(new) - len(touched))


def tie(model: type[models.Model], wanted: Iterable[tuple[Any, Mapping[str, frozenset[Any]]]]) -> set[Any]:
    """Tie rows to others exactly as wanted, and return the keys of the rows whose ties changed."""
    by_name: dict[str, dict[Any, frozenset[Any]]] = defaultdict(dict)
    for pk, ties in wanted:
        for name, keys in ties.items():
            by_name[name][pk] = keys
    retied: set[Any] = set()
    for name, ties_of in by_name.items():
        retied |= _tie_one(model._meta.get_field(name), ties_of)
    return retied


def _tie_one(relation: Any, ties_of: Mapping[Any, frozenset[Any]]) -> set[Any]:
    through = relation.remote_field.through
    here, there = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
    present: dict[Any, set[Any]] = defaultdict(set)
    for pk, other in through.objects.filter(**{f"{here}__in": list(ties_of)}).values_list(here, there):
        present[pk].add(other)
    added, retied = [], set()
    for pk, keys in ties_of.items():
        if keys != present[pk]:
            retied.add(pk)
            added += [through(**{here: pk, there: key}) for key in keys - present[pk]]
            if gone := present[pk] - keys:
                through.objects.filter(**{here: pk, f"{there}__in": list(gone)}).delete()
    through.objects.bulk_create(added)
    return retied


def _differs(row: models.Model, wish: models.Model, fields: Collection[str]) -> bool:
    return any(_plain(getattr(row, name)) != _plain(getattr(wish, name)) for name in fields)


def _plain(value: Any) -> Any:
    """A value as it compares: a range written as a pair is the range it stands for."""
    return (value.lower, value.upper) if hasattr(value, "lower_inc") else value
