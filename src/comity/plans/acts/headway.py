"""Telling how far the planner is while it works."""

from contextlib import AbstractContextManager

from comity.kernel.headway import Report, reporting

_OF_A_PROPOSAL = "UPDATE plans_proposal SET stage = %s, share = %s WHERE id = %s AND state = 'ordered'"
_OF_ALL = "UPDATE plans_jointplan SET stage = %s, share = %s WHERE id = %s AND state = 'ordered'"


def told(pk: int, *, of_all: bool = False) -> AbstractContextManager[Report]:
    """Somewhere to report stage and share of the work on a proposal, or on plans for all; others see it at once."""
    return reporting(_OF_ALL if of_all else _OF_A_PROPOSAL, pk)
