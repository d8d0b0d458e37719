"""Acts on plans for all parties: ordered by the desk; a fault is told. Working them out is `plans`."""

from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.plans.acts.limits import NameIsTaken, NameMissing
from comity.plans.models import JointPlan, JointPlanState, Plan
from comity.trail import acts as trail


class OthersAtWork(Refusal):
    """Plans for all are worked out one at a time."""

    message = _("Plans for all parties are being worked out already.")


@transaction.atomic
def order(name: str, *, by: Actor, at: datetime) -> JointPlan:
    """Order plans for all parties with goals; each comes as a variant of its party under this name."""
    by.must(Permission.KEEP_REGISTER)
    taken, working, nameless = NameIsTaken(name=name), OthersAtWork(), NameMissing()
    if Plan.objects.filter(name=name.strip()).exclude(name="").exists():
        raise taken
    laws = refusing(
        joint_plan_names_are_used_once=taken, joint_plan_is_worked_out_one_at_a_time=working, joint_plan_has_a_name=nameless
    )
    with laws, transaction.atomic():
        ordered = JointPlan.objects.create(name=name.strip(), ordered_at=at, ordered_by=by.login)
    trail.record("joint-plan.ordered", ordered, by=by, at=at, name=ordered.name)
    return ordered


@transaction.atomic
def fail(joint: JointPlan, fault: str, *, by: Actor, at: datetime) -> JointPlan:
    """Tell that working the plans out failed, and why."""
    by.must(Permission.KEEP_REGISTER)
    kept = JointPlan.objects.select_for_update().get(pk=joint.pk)
    if kept.state == JointPlanState.ORDERED:
        kept.state, kept.fault, kept.settled_at = JointPlanState.FAILED, fault[:2000] or "unknown", at
        kept.save(update_fields=["state", "fault", "settled_at"])
        trail.record("joint-plan.failed", kept, by=by, at=at, fault=kept.fault)
    return kept
