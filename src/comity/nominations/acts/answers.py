"""Acts of a provider on those put forward for its activities: take them, or ask for a substitute."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.nominations.acts.seats import NotInThatState, Recorded, end, locked, move_up, moved, record
from comity.nominations.models import Nomination, NominationState

FORWARD, ACCEPTED = NominationState.PUT_FORWARD, NominationState.ACCEPTED


class SubstituteNeedsAReason(Refusal):
    """Whoever asks for somebody else says why."""

    message = _("Say why a substitute is asked for; the delegation reads it.")


@transaction.atomic
def accept(found: Iterable[Nomination], *, by: Actor, at: datetime) -> int:
    """Accept people put forward for one's own activities; a team is accepted as one."""
    by.must(Permission.RUN_ACTIVITIES)
    given = locked(found, among=Nomination.objects.at_activities_of(by), states=(FORWARD, ACCEPTED))
    waiting = [n for n in given if n.state == FORWARD]
    if not waiting:
        raise NotInThatState(person=given[0].person.number)
    moved(waiting, ACCEPTED, answered_at=at, answered_by=by.login)
    record(Recorded.ACCEPTED, waiting, by=by, at=at)
    return len(waiting)


@transaction.atomic
def decline(found: Iterable[Nomination], *, reason: str, by: Actor, at: datetime) -> int:
    """Ask for substitutes: the seats are free for the party's next choice, who moves up at once."""
    by.must(Permission.RUN_ACTIVITIES)
    if not reason.strip():
        raise SubstituteNeedsAReason
    given = locked(found, among=Nomination.objects.at_activities_of(by), states=(FORWARD, ACCEPTED))
    end(given, NominationState.DECLINED, reason, by=by, at=at)
    Nomination.objects.filter(pk__in=[n.pk for n in given], answered_at=None).update(answered_at=at, answered_by=by.login)
    record(Recorded.DECLINED, given, by=by, at=at)
    move_up({n.activity_id for n in given}, {n.party_id for n in given}, by=by, at=at)
    return len(given)
