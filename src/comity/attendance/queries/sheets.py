"""Reads of sheets: the activities a reader may look into, the parts of one, and every person with their marks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from comity.accounts.rules import Permission
from comity.activities.models import Activity, ActivityState, run_by
from comity.activities.models.activities import ActivityQuerySet
from comity.attendance.models import Certificate, Outcome, Presence, Sheet
from comity.attendance.rules import settling
from comity.attendance.rules.timing import Part
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.nominations.models import Nomination, NominationQuerySet, NominationState
from comity.parties.models import own

# Where an activity stands for whoever runs it, in the order of a desk.
STAGES = ("running", "to_close", "to_certify", "to_come", "done")


def activities(*, seen_by: Actor) -> ActivityQuerySet:
    """The activities whose attendance a reader may look into: those the own party runs, and those its people go to."""
    rows = Activity.objects.filter(state=ActivityState.APPROVED)
    rows = rows.select_related("edition", "provider_party", "place_country", "sheet")
    if seen_by.may(Permission.SEE_EVERYTHING):
        return rows
    sent = Nomination.objects.filter(own(seen_by), state=NominationState.ACCEPTED).values("activity")
    return rows.filter(run_by(seen_by) | Q(pk__in=sent))


def activity(number: str, *, seen_by: Actor) -> Activity:
    """One activity by its number, whatever its case.

    Raises:
        NotFound: there is none, or its attendance is not for this reader.
    """
    found = activities(seen_by=seen_by).prefetch_related("parts").filter(number=number.upper()).first()
    if found is None:
        raise NotFound(what="attendance sheet")
    return found


def nominees(activity: Activity, *, seen_by: Actor) -> NominationQuerySet:
    """The accepted people of an activity whom a reader may know of."""
    found = Nomination.objects.filter(activity=activity, state=NominationState.ACCEPTED)
    if not (seen_by.may(Permission.SEE_EVERYTHING) or activity.is_run_by(seen_by)):
        found = found.filter(own(seen_by))
    return found.select_related("person", "party").order_by("party__sort", "choice", "person__number")


def parts_of(activity: Activity) -> tuple[Part, ...]:
    """The parts in the order of their days; an activity that names none is one part, which is whole."""
    zone = zone_of(activity)
    told = sorted(activity.parts.all(), key=lambda part: (part.starts, part.pk))
    if not told:
        return (Part(1, "whole", activity.first_day, activity.last_day, zone, where=activity.city),)
    return tuple(
        Part(place, part.kind, part.starts, part.ends, part.zone or zone, part.start_time, part.place)
        for place, part in enumerate(told, 1)
    )


def zone_of(activity: Activity) -> str:
    """The zone in which an activity lives: that of the capital of the country it takes place in, else that of its edition."""
    country = activity.place_country
    return country.zone if country is not None and country.zone else activity.edition.zone


@dataclass(frozen=True)
class Cell:
    """One person in one part: what is marked, and in which version; version 0 is not marked yet."""

    part: Part
    state: str = ""
    version: int = 0


@dataclass(frozen=True)
class Line:
    """One person on the sheet."""

    nomination: Nomination
    cells: tuple[Cell, ...]
    result: str
    passed: bool | None
    certificate: Certificate | None

    @property
    def marks(self) -> dict[int, str]:
        """What is marked, by part."""
        return {cell.part.place: cell.state for cell in self.cells if cell.state}

    @property
    def version(self) -> int:
        """A number that grows with each change of a mark of this person."""
        return sum(cell.version for cell in self.cells)


@dataclass(frozen=True)
class Picture:
    """A sheet as its page shows it."""

    activity: Activity
    sheet: Sheet
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]

    @property
    def counting(self) -> tuple[int, ...]:
        """The parts that count under its rule."""
        return settling.that_count(self.sheet.rule, {part.place: part.kind for part in self.parts})

    def would_be(self, line: Line) -> str:
        """What would come of somebody if the sheet were closed now."""
        return settling.settled(self.sheet.rule, self.counting, line.marks)

    @property
    def unsettled(self) -> list[Line]:
        """Those of whom nothing is decided yet."""
        return [line for line in self.lines if not self.would_be(line)]

    def counts(self, place: int) -> dict[str, int]:
        """How many are present, absent, excused and not marked in a part."""
        found = dict.fromkeys([*settling.MARKS, ""], 0)
        for line in self.lines:
            found[line.marks.get(place, "")] += 1
        return found


def sheet_of(activity: Activity) -> Sheet:
    """The sheet of an activity as it stands, or as it would begin."""
    found: Sheet | None = getattr(activity, "sheet", None)
    return found or Sheet(activity=activity)


def picture(activity: Activity, *, seen_by: Actor, only: int | None = None) -> Picture:
    """The sheet with every person a reader may know of, or with one; the number of queries never grows with people."""
    people = nominees(activity, seen_by=seen_by)
    people = people if only is None else people.filter(pk=only)
    parts, found = parts_of(activity), list(people)
    marks: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    of = {"nomination__in": [n.pk for n in found]}
    told = Presence.objects.seen_by(seen_by).filter(**of).values_list("nomination", "part", "state", "version")
    for pk, place, state, version in told:
        marks[pk][place] = (state, version)
    outcomes = {o.nomination_id: o for o in Outcome.objects.seen_by(seen_by).filter(**of)}
    certificates = {c.nomination_id: c for c in Certificate.objects.seen_by(seen_by).standing().filter(**of)}
    lines = tuple(_line(n, parts, marks[n.pk], outcomes.get(n.pk), certificates.get(n.pk)) for n in found)
    return Picture(activity, sheet_of(activity), parts, lines)


def line_of(presence: Presence, parts: tuple[Part, ...]) -> Line:
    """The one cell that was just marked, without asking again for what is known."""
    part = next(part for part in parts if part.place == presence.part)
    return Line(presence.nomination, (Cell(part, presence.state, presence.version),), "", None, None)


def _line(
    nomination: Nomination,
    parts: tuple[Part, ...],
    marks: dict[int, tuple[str, int]],
    outcome: Outcome | None,
    certificate: Certificate | None,
) -> Line:
    cells = tuple(Cell(part, *marks.get(part.place, ("", 0))) for part in parts)
    return Line(nomination, cells, outcome.result if outcome else "", outcome.passed if outcome else None, certificate)


def staged(*, on: date, seen_by: Actor) -> ActivityQuerySet:
    """The activities that somebody goes to, with where each stands on a day, and how many people it has."""
    accepted = Nomination.objects.filter(state=NominationState.ACCEPTED)
    parts = [accepted.filter(part).values("activity") for part in _heard_of(seen_by)]
    return _told(Q(*(Q(pk__in=part) for part in parts), _connector=Q.OR), on, seen_by)


def listed(keys: Sequence[int], *, on: date, seen_by: Actor) -> ActivityQuerySet:
    """Some of the staged activities by their keys, in the same order: that somebody goes there is known."""
    return _told(Q(pk__in=keys), on, seen_by)


def by_stage(rows: ActivityQuerySet) -> dict[str, list[int]]:
    """The keys of staged activities at each stage, in their order; one query."""
    column = "stage"  # annotated, so that no column of the table has this name
    keys = ArrayAgg("pk", order_by=("first_day", "number"))
    found = dict(rows.order_by().values_list(column).annotate(keys=keys))
    return {stage: found.get(place, []) for place, stage in enumerate(STAGES)}


def _told(which: Q, on: date, reader: Actor) -> ActivityQuerySet:
    accepted = Nomination.objects.filter(Q(*_heard_of(reader), _connector=Q.OR), state=NominationState.ACCEPTED)
    told = activities(seen_by=reader).filter(which).annotate(stage=_stage(on))
    told = told.annotate(people=_count(accepted, "activity"), to_certify=_count(_bare(), "sheet"))
    return told.order_by("first_day", "number")


def _heard_of(reader: Actor) -> tuple[Q, ...]:
    """Which nominations count for a reader: whoever runs an activity hears of everybody there, others of their own people.

    They are told apart, so that the database finds each by an index of its own.
    """
    return (Q(),) if reader.may(Permission.SEE_EVERYTHING) else (own(reader), run_by(reader, "activity"))


def _bare() -> models.QuerySet[Outcome]:
    """Those who attended and hold no certificate."""
    certified = Certificate.objects.standing().filter(nomination=OuterRef("nomination"))
    return Outcome.objects.filter(~Exists(certified), result="attended").exclude(passed=False)


def _stage(on: date) -> Case:
    """Where an activity stands on a day, as its place among the stages."""
    closed = Q(sheet__state="closed")
    return Case(
        When(closed & Q(pk__in=_bare().values("sheet")), then=Value(2)),
        When(closed, then=Value(4)),
        When(Q(last_day__lt=on), then=Value(1)),
        When(Q(first_day__lte=on), then=Value(0)),
        default=Value(3),
        output_field=IntegerField(),
    )


def _count(rows: models.QuerySet[Any], path: str) -> Coalesce:
    """How many rows belong to an activity, as a column."""
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
