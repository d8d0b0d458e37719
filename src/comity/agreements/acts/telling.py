"""Who is told how an agreement moves: those whose act comes next, those who wait for the outcome, and nobody else.

Who broke silence, and why, is on the page for those who may read it there; a notice says only that it was broken.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.urls import reverse

from comity.accounts.rules import Role
from comity.agreements.models import Agreement, Capital, Circulation
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices

SPEAKERS = (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)
STAFF = (Role.DESK_OFFICER,)
OFFERED = _("“{title}” is offered for agreement and waits for your endorsement.")
CIRCULATED = _("“{title}” of {party} is before the Allies. It is agreed on {deadline} unless an Ally breaks silence before.")
BROKEN = _("Silence on “{title}” of {party} was broken. The text goes back to drafting.")
AGREED = _("“{title}” of {party} is agreed.")
TO_SIGN = _("“{title}” of {party} is agreed and waits for your signature.")
SIGNED = _("“{title}” of {party} is signed by both sides.")
Readers = tuple[str | None, Collection[Role]]


def offered(agreement: Agreement, *, by: Actor, at: datetime) -> int:
    """Tell the head of the partner's delegation that a text waits to be endorsed."""
    return _tell(agreement, "offered", OFFERED, [(agreement.party_id, [Role.HEAD_OF_DELEGATION])], by=by, at=at)


def circulated(circulation: Circulation, *, by: Actor, at: datetime) -> int:
    """Tell the delegations of the Allies that were asked until when they may break silence; anew if the deadline moved."""
    deadline = circulation.deadline
    readers: list[Readers] = [(ally, SPEAKERS) for ally in _asked(circulation)]
    key = f"silence:{circulation.pk}:{deadline.isoformat()}"
    return _tell(circulation.agreement, key, CIRCULATED, readers, deadline=deadline, by=by, at=at)


def broken(circulation: Circulation, *, by: Actor, at: datetime) -> int:
    """Tell the partner, the Allies that were asked and the desk that silence was broken."""
    agreement = circulation.agreement
    readers = [(agreement.party_id, SPEAKERS), *((ally, SPEAKERS) for ally in _asked(circulation)), (None, STAFF)]
    return _tell(agreement, f"broken:{circulation.pk}", BROKEN, readers, by=by, at=at)


def agreed(agreement: Agreement, *, by: Actor, at: datetime) -> int:
    """Tell those who sign that it waits for them, and everybody else it was put before that it is agreed."""
    signers: list[Readers] = [(agreement.party_id, [Role.HEAD_OF_DELEGATION]), (None, [Role.LEADERSHIP])]
    told = _tell(agreement, "agreed", TO_SIGN, signers, by=by, at=at)
    allies = {ally for circulation in agreement.circulations.all() for ally in _asked(circulation)}
    others = [(agreement.party_id, [Role.POINT_OF_CONTACT]), *((ally, SPEAKERS) for ally in sorted(allies)), (None, STAFF)]
    return told + _tell(agreement, "agreed", AGREED, others, by=by, at=at)


def signed(agreement: Agreement, *, by: Actor, at: datetime) -> int:
    """Tell both sides that all signatures are there."""
    return _tell(agreement, "signed", SIGNED, [(agreement.party_id, SPEAKERS), (None, STAFF)], by=by, at=at)


def _asked(circulation: Circulation) -> Iterator[str]:
    """The Allies of a round, save the partner itself."""
    yield from (
        Capital.objects.filter(circulation=circulation)
        .exclude(party=circulation.agreement.party_id)
        .order_by("party")
        .values_list("party", flat=True)
    )


def _tell(
    agreement: Agreement, step: str, words: str, readers: Collection[Readers], *, by: Actor, at: datetime, **facts: object
) -> int:
    """Tell one thing to several readers: the people of a party in some roles, or the staff in some."""
    sentence = Sentence(words, {"title": agreement.text.title, "party": agreement.party.name} | facts)
    return sum(
        notices.tell(
            "agreements",
            f"agreement:{agreement.pk}:{step}",
            sentence,
            link=reverse("agreement", args=[agreement.pk]),
            party=party,
            roles=roles,
            about=agreement.party_id,
            by=by,
            at=at,
        )
        for party, roles in readers
    )
