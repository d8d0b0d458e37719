"""What follows the ordering of a proposal, or of plans for all: it is worked out, while others watch how far it is."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.plans import queries
from comity.plans.acts import joint, plans, proposals
from comity.plans.acts.headway import told

THE_DESK = Actor(login="system", name="Comity", permissions=frozenset({Permission.KEEP_REGISTER, Permission.SEE_EVERYTHING}))


# Both keep the names they had when plans were in the room of programmes: orders may be queued under them.
@app.task(queue="plans", name="programmes.work_out_ordered")
def work_out_ordered(subject: str, entry: int = 0) -> None:
    """Work out what was ordered; run again it does no harm, and a fault is told on the proposal."""
    ordered = queries.proposal(int(subject), seen_by=THE_DESK)
    try:
        with told(ordered.pk) as report:
            plans.work_out(ordered, by=THE_DESK, at=datetime.now(UTC), report=report)
    except plans.AlreadyWorkedOut:
        return
    except Refusal as refusal:
        proposals.fail(ordered, str(refusal), by=THE_DESK, at=datetime.now(UTC))
    except Exception as fault:
        proposals.fail(ordered, f"{type(fault).__name__}: {fault}", by=THE_DESK, at=datetime.now(UTC))
        raise


@app.task(queue="plans", name="programmes.work_out_together_ordered")
def work_out_together_ordered(subject: str, entry: int = 0) -> None:
    """Work out the plans for all that were ordered; run again it does no harm, and a fault is told."""
    ordered = queries.joint_plan(int(subject), seen_by=THE_DESK)
    try:
        with told(ordered.pk, of_all=True) as report:
            plans.work_out_together(ordered, by=THE_DESK, at=datetime.now(UTC), report=report)
    except plans.AlreadyWorkedOut:
        return
    except Exception as fault:
        joint.fail(ordered, f"{type(fault).__name__}: {fault}", by=THE_DESK, at=datetime.now(UTC))
        raise


follows = {"proposal.ordered": work_out_ordered, "joint-plan.ordered": work_out_together_ordered}
