"""Opening identities. There is no other way to a name, and every opening is written down before anything is read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.sealing import Unsealable, opened
from comity.kernel.words import _
from comity.nominations.models import Identity, Nomination, NominationQuerySet, Person, Reading
from comity.nominations.rules.identities import Names
from comity.trail import acts as trail

CHUNK = 2000


class ExportNeedsAReason(Refusal):
    """Names leave the house only with a reason in words."""

    message = _("Say in words what the names are needed for; it is written down before the first one leaves.")


@transaction.atomic
def names(
    of: Iterable[Nomination] | Iterable[Person],
    *,
    by: Actor,
    at: datetime,
    where: str = "page",
    why: str = "",
    activity: Activity | None = None,
) -> dict[int, Names]:
    """The names of people, by the key of the person, as far as the actor may open them; who was read is written down.

    Args:
        of: nominations or people, in a list or as a query.
        where: where the names go: page, api, export, or the paper they are put on.
        why: the reason, which an export must have.
    """
    mine = Identity.objects.seen_by(by).filter(person__in=_people(of))
    boxes = list(mine.values_list("person", "person__party", "person__number", "box"))
    _written(by, at, where, why, activity, {person: party for person, party, _number, _box in boxes})
    return {person: found for person, _party, number, box in boxes if (found := _opened(bytes(box), number))}


def export(found: NominationQuerySet, *, why: str, by: Actor, at: datetime) -> Iterator[tuple[Any, Names]]:
    """Rows of nominations (see `slim`) with the names the actor may open, one after the other in constant memory.

    What is read is written down before the first row leaves. Names that may not be opened stay empty.
    """
    mine = _told_before(found, why, by=by, at=at)
    return _rows(found, mine)


@transaction.atomic
def _told_before(found: NominationQuerySet, why: str, *, by: Actor, at: datetime) -> frozenset[int]:
    """Write down an export: the people whose names will leave."""
    if len(why.strip().split()) < 2:
        raise ExportNeedsAReason
    people = Identity.objects.seen_by(by).filter(person__in=found.order_by().values("person"))
    mine = dict(people.values_list("person", "person__party"))
    reading = _written(by, at, "export", why, None, mine)
    if reading:
        trail.record("names.exported", reading, by=by, at=at, about=by.party or "", people=len(mine))
    return frozenset(mine)


def _rows(found: NominationQuerySet, mine: frozenset[int]) -> Iterator[tuple[Any, Names]]:
    for row in found.slim("person__identity__box").iterator(chunk_size=CHUNK):
        box = row.person__identity__box if row.person in mine else None
        yield row, (_opened(bytes(box), row.person__number) if box else None) or Names()


def _people(of: Iterable[Nomination] | Iterable[Person]) -> Any:
    """The keys of the people that nominations or people are."""
    if isinstance(of, models.QuerySet):
        return of.order_by().values("person" if of.model is Nomination else "pk")
    return [row.person_id if isinstance(row, Nomination) else row.pk for row in of]


def _written(by: Actor, at: datetime, where: str, why: str, activity: Activity | None, people: dict[int, str]) -> Reading | None:
    """Write down that somebody reads these people, each with their party; nothing when there are none."""
    if not people:
        return None
    told = {"where": where, "why": why.strip()[:400], "activity": activity, "people": sorted(people)}
    return Reading.objects.create(at=at, login=by.login, party=by.party or "", parties=sorted(set(people.values())), **told)


def _opened(box: bytes, number: str) -> Names | None:
    """What is in a box, or nothing where no key of this installation opens it."""
    try:
        return Names.unpacked(opened(box, bound_to=number))
    except Unsealable:
        return None
