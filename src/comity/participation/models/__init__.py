"""Tables of the room of participation."""

from comity.participation.models.requests import Funding, Request, RequestQuerySet, RequestState, Waiver
from comity.participation.models.rounds import (
    Cap,
    Input,
    Line,
    LineQuerySet,
    Pool,
    Progress,
    Round,
    RoundQuerySet,
    RoundState,
    Rule,
    RuleKind,
)
from comity.participation.models.seats import Grant, GrantQuerySet, Seats
from comity.participation.models.turnouts import Turnout, TurnoutQuerySet

__all__ = [
    "Cap", "Funding", "Grant", "GrantQuerySet", "Input", "Line", "LineQuerySet", "Pool", "Progress", "Request", "RequestQuerySet",
    "RequestState", "Round", "RoundQuerySet", "RoundState", "Rule", "RuleKind", "Seats", "Turnout", "TurnoutQuerySet",
    "Waiver",
]  # fmt: skip
