"""Who is told that a text is theirs to write now."""

from datetime import datetime

from django.urls import reverse

from comity.accounts.rules import Role
from comity.drafting.models import Side, Text
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices

YOUR_TURN = _("It is your turn to write “{title}” of {party}.")


def turn_passed(text: Text, *, by: Actor, at: datetime) -> int:
    """Tell the side that has the turn: the partner's delegation, or the desk officers; how many people were told."""
    is_partys = text.turn == Side.PARTY
    return notices.tell(
        "texts",
        f"text:{text.pk}:turn:{text.turned_at.isoformat()}",
        Sentence(YOUR_TURN, {"title": text.title, "party": text.party.name}),
        link=reverse("text", args=[text.pk]),
        party=text.party_id if is_partys else None,
        roles=[Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION] if is_partys else [Role.DESK_OFFICER],
        about=text.party_id,
        by=by,
        at=at,
    )
