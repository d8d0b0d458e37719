"""Reads of the room of nominations. Every one takes the reader; names are no read: see `acts.readings`."""

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.nominations.models import Nomination, NominationQuerySet, Person, PersonQuerySet, Reading, ReadingQuerySet


def nominations(*, seen_by: Actor) -> NominationQuerySet:
    """The nominations a reader may see, with person, activity and party."""
    return Nomination.objects.seen_by(seen_by).select_related("activity__edition", "person", "party", "request")


def nomination(pk: int, *, seen_by: Actor) -> Nomination:
    """One nomination.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = nominations(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="nomination")
    return found


def people(*, seen_by: Actor) -> PersonQuerySet:
    """The people a reader may see, by number."""
    return Person.objects.seen_by(seen_by).select_related("party")


def person(number: str, *, seen_by: Actor) -> Person:
    """One person by number.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = people(seen_by=seen_by).filter(number=number.upper()).first()
    if found is None:
        raise NotFound(what="person")
    return found


def readings(*, seen_by: Actor) -> ReadingQuerySet:
    """Who read whom, the newest first."""
    return Reading.objects.seen_by(seen_by).select_related("activity")
