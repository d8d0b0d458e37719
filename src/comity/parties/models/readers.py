"""The commonest rule of who reads a row: a party reads its own, the staff reads all."""

from __future__ import annotations

from django.db.models import Q

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor


def own(actor: Actor, party: str = "party") -> Q:
    """The condition that a row is for a reader; ``party`` is the path from the row to the party whose business it is."""
    if actor.may(Permission.SEE_EVERYTHING):
        return Q()
    return Q(**{party: actor.party}) if actor.party else Q(pk__in=[])
