"""What waits, counted: a point is one kind of thing that somebody must do or watch, as the rows behind it.

Its rows are read through each room's own rule of visibility, so that a number on the desk, in the brief and on the page of
its rows is always the number of the same rows. All the points of a page are counted in one query, whatever their number.
Which points there are stands in `duties`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, F, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Left, Length

from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.words import Speakable


@dataclass(frozen=True)
class Scope:
    """Whose business is looked at, by whom and when; without a party it is all that the reader may see."""

    reader: Actor
    at: datetime
    party: str | None = None

    @property
    def on(self) -> date:
        """The day where the reader is."""
        return self.at.astimezone(self.reader.timezone).date()


class Row(NamedTuple):
    """One row behind a point: whose it is, what it is called, where it stands, by when, and whether that is behind the reader."""

    party: str
    label: Speakable
    href: str
    due: object = None
    is_late: bool = False

    @property
    def has_time(self) -> bool:
        """Whether its day is a moment."""
        return isinstance(self.due, datetime)


class Noun(NamedTuple):
    """What the rows of a point are: how one is told, which relations that takes, and the column of its party."""

    told: Callable[[Any], Row]
    needs: tuple[str, ...] = ()
    party: str = "party"


class Point(NamedTuple):
    """One kind of thing that waits.

    Attributes:
        rows: the rows within a scope, of every party.
        due: the column that says by when; nothing where no day belongs to it, or only a partial one.
        is_since: the column says since when instead.
    """

    name: str
    title: str
    noun: Noun
    rows: Callable[[Scope], QuerySet[Any]]
    due: str | None = None
    is_since: bool = False

    def within(self, scope: Scope) -> QuerySet[Any]:
        """The rows of the party that is looked at."""
        found = self.rows(scope).order_by()
        return found.filter(**{self.noun.party: scope.party}) if scope.party else found


class Counted(NamedTuple):
    """How many rows a point has, and when the first of them is due."""

    many: int
    first: datetime | None


def counted(points: Collection[Point], scope: Scope) -> dict[str, Counted]:
    """The points that have rows, by name, in the order given: one query."""
    if not points:
        return {}
    told = [_count(point, scope) for point in points]
    found = {name: Counted(many, first) for name, many, first in told[0].union(*told[1:], all=True) if many}
    return {point.name: found[point.name] for point in points if point.name in found}


def counted_by_party(points: Collection[Point], scope: Scope) -> dict[str, dict[str, int]]:
    """For each party with anything: its points that have rows. One query."""
    told = [p.within(scope).values(point=Value(p.name), whose=F(p.noun.party)).annotate(many=Count("pk")) for p in points]
    found: dict[str, dict[str, int]] = {}
    for row in told[0].union(*told[1:], all=True):
        found.setdefault(row["whose"], {})[row["point"]] = row["many"]
    return found


def rows(point: Point, scope: Scope) -> list[Row]:
    """The rows behind a point, the most urgent first."""
    urgent = [F(point.due).asc(nulls_last=True)] if point.due else []
    found = point.within(scope).select_related(*point.noun.needs) if point.noun.needs else point.within(scope)
    told = [point.noun.told(row) for row in found.order_by(*urgent, "pk")]
    return told if point.is_since else [row._replace(is_late=is_past(row.due, scope)) for row in told]


def named(name: str, points: Iterable[Point]) -> Point | None:
    """The point of a name."""
    return next((point for point in points if point.name == name), None)


def past(column: str, on: date) -> Q:
    """Rows whose partial date lies wholly before a day."""
    return Q(**{f"{column}__lt": Left(Value(on.isoformat()), Length(column))}) & ~Q(**{column: ""})


def is_past(due: object, scope: Scope) -> bool:
    """Whether a day or a partial date lies wholly before the reader's day, or a moment before now."""
    if isinstance(due, datetime):
        return due < scope.at
    if isinstance(due, PartialDate):
        due = due.latest
    return isinstance(due, date) and due < scope.on


def _count(point: Point, scope: Scope) -> QuerySet[Any]:
    first = Min(Cast(point.due, DateTimeField())) if point.due else Value(None, output_field=DateTimeField())
    found = point.within(scope).values(point=Value(point.name))
    told: QuerySet[Any] = found.annotate(many=Count("pk"), first=first).values_list("point", "many", "first")
    return told
