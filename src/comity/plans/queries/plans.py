"""Reads of plans: the draft of a party, variants, what the planner proposes."""

from datetime import date, datetime

from comity.activities.models import ON_OFFER, Edition
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.plans.models import JointPlan, JointPlanQuerySet, Plan, PlanQuerySet, PlanState, Proposal


def plans(*, seen_by: Actor) -> PlanQuerySet:
    """The plans a reader may see, with their parties."""
    return Plan.objects.seen_by(seen_by).select_related("party")


def plan(pk: int, *, seen_by: Actor) -> Plan:
    """One plan.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return plans(seen_by=seen_by).get(pk=pk)
    except Plan.DoesNotExist:
        raise NotFound(what="plan") from None


def draft_of(party: str, *, seen_by: Actor) -> Plan | None:
    """The plan a party works on, if it has begun one and the reader may see it."""
    return plans(seen_by=seen_by).filter(party=party.upper(), state=PlanState.DRAFT).first()


def proposal(pk: int, *, seen_by: Actor) -> Proposal:
    """One proposal of the planner.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Proposal.objects.seen_by(seen_by).select_related("plan__party").get(pk=pk)
    except Proposal.DoesNotExist:
        raise NotFound(what="proposal") from None


def joint_plans(*, seen_by: Actor) -> JointPlanQuerySet:
    """Plans for all parties, the newest first."""
    return JointPlan.objects.seen_by(seen_by)


def joint_plan(pk: int, *, seen_by: Actor) -> JointPlan:
    """Plans for all parties, ordered at once.

    Raises:
        NotFound: there are none, or they are not for this reader.
    """
    try:
        return JointPlan.objects.seen_by(seen_by).get(pk=pk)
    except JointPlan.DoesNotExist:
        raise NotFound(what="joint plan") from None


def year_to_plan_from(on: date, *, seen_by: Actor) -> int:
    """The year a new plan begins with: that of the newest edition on offer, or the next."""
    newest = Edition.objects.seen_by(seen_by).filter(state__in=ON_OFFER).order_by("-pk").first()
    return newest.pk if newest else on.year + 1


def years_taking_requests(plan: Plan, *, at: datetime, seen_by: Actor) -> list[int]:
    """The years of a plan whose editions take requests at a moment."""
    found = Edition.objects.seen_by(seen_by).filter(pk__in=plan.span_of_years, state="requests_open").order_by("pk")
    return [edition.pk for edition in found if edition.takes_requests(at)]
