"""Tickets are handed out by whoever knows the people: their delegation, or the provider."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission, digest_of
from comity.feedback.acts.canvasses import CanvassIsClosed
from comity.feedback.acts.tokens import token_of
from comity.feedback.models import Canvass, Ticket
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, NotPermitted
from comity.trail import acts as trail

Handed = tuple[Ticket, str]


@transaction.atomic
def hand_out(canvass: Canvass, *, by: Actor, at: datetime) -> Sequence[Handed]:
    """The links of the people whom a delegation sent or a provider received, and a line that says they were shown.

    Whether somebody has answered is not told: a link looks the same before and after.
    """
    if not (by.may(Permission.NOMINATE_PEOPLE) or by.may(Permission.RUN_ACTIVITIES)):
        raise NotPermitted(permission=Permission.NOMINATE_PEOPLE)
    if not canvass.is_open(at):
        raise CanvassIsClosed(activity=canvass.activity.number)
    rows = Ticket.objects.seen_by(by).filter(canvass=canvass).select_related("nomination__person", "nomination__party")
    found = [(ticket, token_of(ticket)) for ticket in rows.order_by("nomination__party", "nomination__person__number")]
    if not found:
        raise NotFound(what="canvass")
    turned = [ticket for ticket, token in found if ticket.digest != digest_of(token)]
    for ticket in turned:  # the key of the installation was changed since: links shown before keep to the old digest no more
        ticket.digest = digest_of(token_of(ticket))
    Ticket.objects.bulk_update(turned, ["digest"])
    trail.record("tickets.handed-out", canvass, by=by, at=at, about=by.party or "", tickets=len(found))
    return found
