"""Reads of objectives."""

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.programmes.models import Objective, ObjectiveQuerySet


def objectives(*, seen_by: Actor) -> ObjectiveQuerySet:
    """The objectives a reader may see, with their parties."""
    return Objective.objects.seen_by(seen_by).select_related("party")


def objective(pk: int, *, seen_by: Actor) -> Objective:
    """One objective.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return objectives(seen_by=seen_by).get(pk=pk)
    except Objective.DoesNotExist:
        raise NotFound(what="objective") from None
