"""Pages of the menu: to browse, to contribute, to manage."""

from comity.activities.views.browsing import activity, export, feed, menu, now
from comity.activities.views.contributing import batch, contribute, decide, edit, hand_in, settle
from comity.activities.views.managing import manage, plan, step

__all__ = [
    "activity",
    "batch",
    "contribute",
    "decide",
    "edit",
    "export",
    "feed",
    "hand_in",
    "manage",
    "menu",
    "now",
    "plan",
    "settle",
    "step",
]
