"""Reads of annexes."""

from comity.drafting.models import Annex, AnnexQuerySet, Text
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


def annexes(text: Text, *, seen_by: Actor) -> AnnexQuerySet:
    """The tables that lie beside a text, by key."""
    return Annex.objects.seen_by(seen_by).filter(text=text).order_by("key")


def annex(pk: int, *, seen_by: Actor) -> Annex:
    """One annex with its text.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = Annex.objects.seen_by(seen_by).select_related("text__party").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="annex")
    return found
