"""The two sides of a text, and who acts for which: it follows from the actor, never from a choice on a page."""

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.words import _

PARTY, ORGANISATION = "party", "organisation"
SIDES = {PARTY: _("the partner"), ORGANISATION: _("the organisation")}
CLAUSE_STATES = {"proposed": _("proposed"), "agreed": _("agreed"), "reserved": _("reserved")}
TEXT_STATES = {"drafting": _("being drafted"), "offered": _("offered for agreement"), "closed": _("closed")}
AMENDMENT_STATES = {"open": _("open"), "adopted": _("adopted"), "dropped": _("dropped")}
TONES = {
    "proposed": "calm", "agreed": "good", "reserved": "warn", "drafting": "calm", "offered": "warn", "closed": "none",
    "open": "calm", "adopted": "good", "dropped": "none",
}  # fmt: skip


def other_side(side: str) -> str:
    """The side across the table."""
    return ORGANISATION if side == PARTY else PARTY


def side_of(actor: Actor, party: str) -> str | None:
    """The side on which somebody reads the texts of a party; nobody's, where they may not read them at all."""
    if actor.party == party:
        return PARTY
    return ORGANISATION if actor.may(Permission.SEE_EVERYTHING) else None


def writes_for(actor: Actor, party: str) -> str | None:
    """The side for which somebody may write in the texts of a party."""
    return side_of(actor, party) if actor.may(Permission.DRAFT_TEXTS) else None
