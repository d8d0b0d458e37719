"""Acts on what the planner proposes: it is taken or dropped; a fault is told."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.plans.acts import keeping, plans
from comity.plans.acts.plans import AlreadyWorkedOut
from comity.plans.models import Plan, Proposal, ProposalState
from comity.plans.queries.menu import offered
from comity.programmes.acts.objectives import must_speak_for
from comity.trail import acts as trail


@transaction.atomic
def take(proposal: Proposal, *, by: Actor, at: datetime) -> Plan:
    """Take what the planner proposes: all that is not fixed becomes as proposed."""
    plan = keeping.held(proposal.plan, by)
    kept = _waiting(proposal, by)
    menu = {o.key: o for o in offered(plan, {activity for activity, _year, _people in kept.lines}, seen_by=by).values()}
    keeping.remember(plan, "taken", by=by, at=at)
    keeping.write(plan, [tuple(row) for row in kept.lines], menu)
    kept.state, kept.settled_at = ProposalState.TAKEN, at
    kept.save(update_fields=["state", "settled_at"])
    plans.settle(plan, by=by, at=at, proof=kept.proof)
    trail.record("proposal.taken", kept, by=by, at=at, about=plan.party_id, coverage=kept.proof["coverage"])
    return plan


@transaction.atomic
def drop(proposal: Proposal, *, by: Actor, at: datetime) -> Proposal:
    """Drop what was ordered or proposed; the plan stays as it stands."""
    keeping.held(proposal.plan, by)
    kept = _waiting(proposal, by, (ProposalState.READY, ProposalState.ORDERED, ProposalState.FAILED))
    kept.state, kept.settled_at, kept.fault = ProposalState.DROPPED, at, ""
    kept.save(update_fields=["state", "settled_at", "fault"])
    trail.record("proposal.dropped", kept, by=by, at=at, about=kept.plan.party_id)
    return kept


@transaction.atomic
def fail(proposal: Proposal, fault: str, *, by: Actor, at: datetime) -> Proposal:
    """Tell that working a proposal out failed, and why."""
    must_speak_for(proposal.plan.party_id, by)
    kept = Proposal.objects.select_for_update(of=("self",)).select_related("plan").get(pk=proposal.pk)
    if kept.state == ProposalState.ORDERED:
        kept.state, kept.fault, kept.settled_at = ProposalState.FAILED, fault[:2000] or "unknown", at
        kept.save(update_fields=["state", "fault", "settled_at"])
        trail.record("proposal.failed", kept, by=by, at=at, about=kept.plan.party_id, fault=kept.fault)
    return kept


def _waiting(proposal: Proposal, by: Actor, states: Sequence[str] = (ProposalState.READY,)) -> Proposal:
    found = Proposal.objects.seen_by(by).select_for_update(of=("self",)).select_related("plan").filter(pk=proposal.pk).first()
    if found is None:
        raise NotFound(what="proposal")
    if found.state not in states:
        raise AlreadyWorkedOut
    return found
