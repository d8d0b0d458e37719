"""Reads of goals."""

from django.db.models import QuerySet

from comity.accounts.rules import Permission
from comity.activities.models import Term
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.parties.models import Party
from comity.programmes.models import Goal, GoalQuerySet, Milestone, Support


def goals(*, seen_by: Actor) -> GoalQuerySet:
    """The goals a reader may see, with their parties, objectives and areas."""
    return Goal.objects.seen_by(seen_by).select_related("party", "objective", "area", "programme__type")


def goal(pk: int, *, seen_by: Actor) -> Goal:
    """One goal.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return goals(seen_by=seen_by).get(pk=pk)
    except Goal.DoesNotExist:
        raise NotFound(what="goal") from None


def party_planning(code: str, *, seen_by: Actor) -> Party:
    """A party whose goals and plans a reader may see: their own, or any for the staff.

    Raises:
        NotFound: there is none, or they are not for this reader.
    """
    found = Party.objects.filter(pk=code.upper()).first()
    if found is None or (found.code != seen_by.party and not seen_by.may(Permission.SEE_EVERYTHING)):
        raise NotFound(what="party")
    return found


def words(name: str, *, seen_by: Actor) -> QuerySet[Term]:
    """The words of a vocabulary: areas, markers or ratings; of several versions the first in rank tells each."""
    rows = Term.objects.filter(vocabulary__name=name).order_by("code", "vocabulary__rank").distinct("code")
    return Term.objects.filter(pk__in=rows.values("pk")).order_by("pk")


def areas(*, seen_by: Actor) -> QuerySet[Term]:
    """The areas a goal may be in, by name."""
    return words("areas", seen_by=seen_by).order_by("en")


def milestone(pk: int, *, seen_by: Actor) -> Milestone:
    """One milestone.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = Milestone.objects.seen_by(seen_by).select_related("goal").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="milestone")
    return found


def support(pk: int, *, seen_by: Actor) -> Support:
    """One thing that supports a goal.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = Support.objects.seen_by(seen_by).select_related("goal").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="support")
    return found
