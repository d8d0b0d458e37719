"""Reads of studies and their scenarios."""

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.scenarios.models import Scenario, ScenarioQuerySet, ScenarioState, Study, StudyQuerySet

# What is large and not shown in a list.
LARGE = ("places", "fairness", "counts", "cancelled")


def studies(*, seen_by: Actor) -> StudyQuerySet:
    """The studies a reader may see, newest first."""
    return Study.objects.seen_by(seen_by).select_related("edition")


def study(pk: int, *, seen_by: Actor) -> Study:
    """One study.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = studies(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="study")
    return found


def scenarios(of: Study, *, seen_by: Actor) -> ScenarioQuerySet:
    """The scenarios of a study, in their order, without the places at every activity."""
    return Scenario.objects.seen_by(seen_by).filter(study=of).select_related("rule", "study").defer("places").order_by("number")


def scenario(pk: int, *, seen_by: Actor) -> Scenario:
    """One scenario with what it is worked out from.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = Scenario.objects.seen_by(seen_by).select_related("rule", "study__edition", "study__matter").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="scenario")
    return found


def waiting(of: Study, *, seen_by: Actor) -> list[int]:
    """The keys of the scenarios that are still to be worked out, in their order."""
    found = Scenario.objects.seen_by(seen_by).filter(study=of, state=ScenarioState.WAITING)
    return list(found.order_by("number").values_list("pk", flat=True))
