"""Canvasses: opened for those who were there, closed when their time is over, forgotten when nobody needs them any more.

What waits becomes a batch here, and nowhere else: new rows in an order drawn by chance, five or more at a time.
"""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from comity.accounts.rules import Permission, digest_of
from comity.activities.models import Activity
from comity.feedback import rules
from comity.feedback.acts.tokens import token_of
from comity.feedback.models import Answer, Canvass, Ticket
from comity.feedback.queries import survey
from comity.feedback.queries.attended import who_was_there
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.kernel.words import _
from comity.trail import acts as trail


class NobodyWasThere(Refusal):
    """Only those who were there are asked."""

    message = _("Nobody has come to {activity} by a closed attendance sheet: there is nobody to ask yet.")


class NothingToAsk(Refusal):
    """A survey comes with the pack."""

    message = _("No survey is published: load a pack that brings one.")


class CanvassIsClosed(Refusal):
    """A canvass that was closed stays closed."""

    message = _("The questions about {activity} are closed.")


@transaction.atomic
def open_canvass(activity: Activity, *, by: Actor, at: datetime) -> Canvass:
    """Ask everybody who was there; done again it asks those who were missing on the sheet before."""
    _must_run(activity, by)
    asking = survey(seen_by=by)
    if asking is None:
        raise NothingToAsk
    there = list(who_was_there(activity, seen_by=by).order_by("pk"))
    if not there:
        raise NobodyWasThere(activity=activity.number)
    times = {"opened_at": at, "opened_by": by.login, "closes_at": at + timedelta(days=rules.DAYS_OPEN)}
    Canvass.objects.get_or_create(activity=activity, defaults={"survey": asking, **times})
    kept = Canvass.objects.select_for_update().get(activity=activity)
    if not kept.is_open(at):
        raise CanvassIsClosed(activity=activity.number)
    asked = set(kept.tickets.values_list("nomination", flat=True))
    fresh = [Ticket(canvass=kept, nomination=row, made_at=at) for row in there if row.pk not in asked]
    for ticket in fresh:
        ticket.digest = digest_of(token_of(ticket))
    if fresh:
        Ticket.objects.bulk_create(fresh)
        kept.asked += len(fresh)
        kept.parties = sorted({*kept.parties, *(row.party_id for row in there)})
        kept.save(update_fields=["asked", "parties"])
        trail.record("canvass.opened", kept, by=by, at=at, about=activity.provider_party_id or "", tickets=len(fresh))
    return kept


@transaction.atomic
def close(canvass: Canvass, *, by: Actor, at: datetime) -> Canvass:
    """Take no more answers once the time is over: what waits is shown if it is a batch, and the tickets are gone.

    From then on nothing is left that tells who was asked, and nobody can find out who answered.
    """
    by.must(Permission.SEE_EVERYTHING)
    kept = Canvass.objects.select_for_update().get(pk=canvass.pk)
    if kept.closed_at is not None or at < kept.closes_at:
        return kept
    show_what_waits(kept)
    kept.tickets.all().delete()
    kept.closed_at = at
    kept.save(update_fields=["closed_at"])
    facts = {"answered": kept.answered, "shown": kept.shown}
    trail.record("canvass.closed", kept, by=by, at=at, about=kept.activity.provider_party_id or "", **facts)
    return kept


@transaction.atomic
def forget(canvass: Canvass, *, by: Actor, at: datetime) -> Canvass:
    """Delete what was answered once its time is over; how many answered stays."""
    by.must(Permission.SEE_EVERYTHING)
    kept = Canvass.objects.select_for_update().get(pk=canvass.pk)
    if kept.forgotten_at or kept.closed_at is None or at < kept.closed_at + timedelta(days=rules.DAYS_KEPT):
        return kept
    kept.answers.all().delete()
    kept.forgotten_at = at
    kept.save(update_fields=["forgotten_at"])
    trail.record("canvass.forgotten", kept, by=by, at=at, about=kept.activity.provider_party_id or "", answered=kept.answered)
    return kept


def show_what_waits(locked: Canvass) -> bool:
    """Make a batch of the answers that wait, if they are enough; whoever calls holds the lock of the canvass."""
    waiting = list(locked.answers.filter(batch=0))
    if not rules.is_full_batch(len(waiting)):
        return False
    locked.answers.filter(batch=0).delete()
    anew = [Answer(id=uuid.uuid4(), canvass=locked, batch=locked.batches + 1, given=answer.given) for answer in waiting]
    Answer.objects.bulk_create(sorted(anew, key=lambda answer: answer.id))
    locked.shown += len(anew)
    locked.batches += 1
    locked.save(update_fields=["shown", "batches"])
    return True


def _must_run(activity: Activity, by: Actor) -> None:
    """Refuse whoever is neither the provider nor the house; to those who may not see the activity it does not exist."""
    if not Activity.objects.seen_by(by).filter(pk=activity.pk).exists():
        raise NotFound(what="activity")
    if not (activity.is_run_by(by) or by.may(Permission.SEE_EVERYTHING)):
        raise NotPermitted(permission=Permission.RUN_ACTIVITIES)
    by.must(Permission.RUN_ACTIVITIES)
