"""Who is told of a handover: the two it is between, and the heads of their delegation."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from comity.accounts.rules import Role
from comity.handovers.models import Handover, HandoverState
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices

MESSAGES: dict[HandoverState, str] = {
    HandoverState.PLANNED: _("On {on} {leaver} hands over to {successor}: everything that is open, for {party}."),
    HandoverState.DONE: _("{leaver} has handed over to {successor}. What was open for {party} lies with {successor} now."),
    HandoverState.TAKEN_BACK: _("The handover of {leaver} to {successor} was taken back: everything for {party} stays as it was."),
}


def tell(handover: Handover, step: HandoverState, *, by: Actor, at: datetime) -> int:
    """Tell both people, and the heads of the delegation, that a handover has come to a step; how many were told.

    Somebody whose mandate has ended or has yet to begin is told nothing.
    """
    facts = {"leaver": handover.leaver.name, "successor": handover.successor.name, "party": handover.party.name, "on": handover.on}
    told: dict[str, Any] = {"link": reverse("handover", args=[handover.pk]), "party": handover.party_id, "about": handover.party_id}
    key, sentence = f"handover:{handover.pk}:{step}", Sentence(MESSAGES[step], facts)
    both = notices.tell("handovers", key, sentence, to=(handover.leaver, handover.successor), by=by, at=at, **told)
    return both + notices.tell("handovers", key, sentence, roles=[Role.HEAD_OF_DELEGATION], by=by, at=at, **told)
