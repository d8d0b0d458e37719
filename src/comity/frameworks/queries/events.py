"""The dated events of the register."""

from collections.abc import Collection

from comity.frameworks.models import Event
from comity.frameworks.models.events import EventQuerySet
from comity.kernel.actors import Actor


def events(*, seen_by: Actor, frameworks: Collection[str] = ()) -> EventQuerySet:
    """Events in the order of their dates, with what they are tied to."""
    found = Event.objects.seen_by(seen_by)
    if frameworks:
        found = found.filter(frameworks__in=[code.upper() for code in frameworks]).distinct()
    return found.prefetch_related("sources", "frameworks", "parties", "memberships")
