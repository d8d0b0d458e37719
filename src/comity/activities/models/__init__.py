"""Tables of the room of activities."""

from comity.activities.models.activities import (
    Activity,
    ActivityKind,
    ActivityState,
    DeliveryKind,
    DeliveryPart,
    beyond_names,
    run_by,
)
from comity.activities.models.editions import LINE, ON_OFFER, Edition, EditionState
from comity.activities.models.vocabularies import EntryGroup, Term, Vocabulary

__all__ = [
    "LINE",
    "ON_OFFER",
    "Activity",
    "ActivityKind",
    "ActivityState",
    "DeliveryKind",
    "DeliveryPart",
    "Edition",
    "EditionState",
    "EntryGroup",
    "Term",
    "Vocabulary",
    "beyond_names",
    "run_by",
]
