"""Reads of the room of changes: one change, the list of them, and what a deed touches."""

from comity.changes.models import Change, ChangeQuerySet
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


def changes(*, seen_by: Actor) -> ChangeQuerySet:
    """The changes a reader may see, newest first, with what they are about."""
    return Change.objects.seen_by(seen_by).select_related("activity__edition", "party", "framework")


def change(pk: int, *, seen_by: Actor) -> Change:
    """One change.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = changes(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="change")
    return found
