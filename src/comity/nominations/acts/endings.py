"""Nominations that end because their seat is gone: the activity shrank or was called off, or the party was suspended."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted
from comity.kernel.words import Sentence, _
from comity.nominations.acts import seats
from comity.nominations.models import ENDED, Nomination, NominationState, StepKind
from comity.trail import acts as trail

LIVE = tuple(state for state in NominationState if state not in ENDED)
WAITS = (NominationState.RESERVE, NominationState.OFFERED)
GONE = _("The seat is gone: {reason}")


@transaction.atomic
def lapse(found: Iterable[Nomination], *, reason: str, by: Actor, at: datetime) -> int:
    """End nominations for the house, teams whole, each with the reason; how many ended."""
    if not (by.may(Permission.CHANGE_ACTIVITIES) or by.may(Permission.KEEP_REGISTER)):
        raise NotPermitted(permission=Permission.CHANGE_ACTIVITIES)
    wanted = list(found)
    if not wanted:
        return 0
    given = seats.locked(wanted, among=Nomination.objects.all(), states=LIVE)
    waited = [n for n in given if n.state in WAITS]
    seats.end(given, NominationState.LAPSED, reason, by=by, at=at)
    seats.steps(waited, StepKind.LEFT, Sentence(GONE, {"reason": reason}), by=by, at=at)
    for _place, group in groupby(given, key=lambda n: (n.activity_id, n.party_id)):
        ended = list(group)
        facts = {"people": [n.person.number for n in ended], "reason": reason}
        trail.record("nominations.ended", ended[0].activity, by=by, at=at, about=ended[0].party_id, **facts)
    return len(given)
