"""Reads of handovers: who may leave and who may succeed, what would pass, what was signed, and who is left without anybody."""

from comity.handovers.queries.handovers import (
    THE_HOUSE,
    candidates,
    due,
    free_login,
    handover,
    handovers,
    may_hand_over,
    signature_fits,
    that_may_leave,
)
from comity.handovers.queries.items import passing
from comity.handovers.queries.orphans import Orphan, orphans

__all__ = [
    "THE_HOUSE", "Orphan", "candidates", "due", "free_login", "handover", "handovers", "may_hand_over", "orphans", "passing",
    "signature_fits", "that_may_leave",
]  # fmt: skip
