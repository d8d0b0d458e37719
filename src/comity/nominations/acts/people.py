"""Acts on people: registering somebody, correcting what is known, and sealing what names them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import ChangedMeanwhile, NotFound, Refusal
from comity.kernel.sealing import sealed
from comity.kernel.words import _
from comity.nominations.models import Identity, Person
from comity.nominations.rules.identities import COLUMNS, Names, columns, wrong_with
from comity.trail import acts as trail


class NotNamedWell(Refusal):
    """What is told of a person must be something that can be kept."""

    message = _("{why}")


class NoSuchWord(Refusal):
    """Rank, gender, clearance and levels are words of a list."""

    message = _("“{value}” is not known as {column}.")


class IsErased(Refusal):
    """Whoever was erased stays erased; they may be registered anew."""

    message = _("{person} was erased. Register the person anew if there is a new reason.")


@transaction.atomic
def register(names: Names, *, by: Actor, at: datetime, is_demonstration: bool = False, **told: Any) -> Person:
    """Register somebody of the own party; what names them is sealed at once."""
    [person] = admit([(names, told)], party=speaks_for(by), by=by, at=at, is_demonstration=is_demonstration)
    trail.record("person.registered", person, by=by, at=at, about=person.party_id)
    return person


def admit(
    told: Sequence[tuple[Names, Mapping[str, Any]]], *, party: str, by: Actor, at: datetime, is_demonstration: bool = False
) -> list[Person]:
    """Make people of one party with their boxes, in a few statements; part of an act that records it."""
    for names, _told in told:
        if why := wrong_with(names):
            raise NotNamedWell(why=why)
    first = _next_number(party)
    people = [
        Person(
            party_id=party, number=f"{party}-{first + place:05}", registered_at=at, registered_by=by.login,
            is_demonstration=is_demonstration, **read(known),
        )
        for place, (_names, known) in enumerate(told)
    ]  # fmt: skip
    Person.objects.bulk_create(people, batch_size=1000)
    boxes = [Identity(person=p, box=_box(names, p), sealed_at=at) for p, (names, _told) in zip(people, told, strict=True)]
    Identity.objects.bulk_create(boxes, batch_size=1000)
    return people


@transaction.atomic
def correct(
    person: Person, names: Names | None = None, *, version: int | None = None, by: Actor, at: datetime, **told: Any
) -> Person:
    """Correct what is known of somebody; the names are sealed anew where they are given."""
    kept = held(person, by)
    if version is not None and version != kept.version:
        raise ChangedMeanwhile
    if kept.erased_at:
        raise IsErased(person=kept.number)
    now = read({column: getattr(kept, column) for column in COLUMNS} | told)
    changed = [column for column in COLUMNS if getattr(kept, column) != now[column]]
    for column in changed:
        setattr(kept, column, now[column])
    kept.version += 1
    kept.save(update_fields=[*changed, "version"])
    if names is not None:
        if why := wrong_with(names):
            raise NotNamedWell(why=why)
        Identity.objects.update_or_create(person=kept, defaults={"box": _box(names, kept), "sealed_at": at})
    trail.record("person.corrected", kept, by=by, at=at, about=kept.party_id, columns=changed, names=names is not None)
    return kept


def speaks_for(by: Actor) -> str:
    """The party of whoever collects candidates; nobody does it for another party, whatever their permissions.

    Raises:
        NotFound: the actor sits in no delegation.
    """
    by.must(Permission.NOMINATE_PEOPLE)
    if not by.party:
        raise NotFound(what="party")
    return by.party


def held(person: Person, by: Actor) -> Person:
    """Somebody of the own party, locked for changing."""
    found = Person.objects.select_for_update().filter(pk=person.pk, party=speaks_for(by)).first()
    if found is None:
        raise NotFound(what="person")
    return found


def sendable(person: Person, party: str) -> Person:
    """Somebody of a party who can be named: as they stand now, and not erased."""
    found = Person.objects.select_for_update().filter(pk=person.pk, party=party, erased_at=None).first()
    if found is None:
        raise NotFound(what="person")
    return found


def read(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of somebody as the columns hold it.

    Raises:
        NoSuchWord: a word or a level is none.
    """
    found, wrong = columns(told)
    for column, value in wrong.items():
        raise NoSuchWord(value=value, column=column)
    return found


def _box(names: Names, person: Person) -> bytes:
    return sealed(names.packed, bound_to=person.number)


def _next_number(party: str) -> int:
    """The next number of a party's people; writers take turns until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"comity.nominations.people.{party}"])
    last = Person.objects.filter(party=party).order_by("-pk").values_list("number", flat=True).first()
    return int(last.rpartition("-")[2]) + 1 if last else 1
