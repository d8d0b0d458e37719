"""Tables of the room of frameworks."""

from comity.frameworks.models.events import Event
from comity.frameworks.models.frameworks import Framework, FrameworkKind
from comity.frameworks.models.memberships import Membership, MembershipStanding, Suspension
from comity.frameworks.models.statements import Statement

__all__ = ["Event", "Framework", "FrameworkKind", "Membership", "MembershipStanding", "Statement", "Suspension"]
