"""Calls: queued with the notice they tell, claimed, and settled with what the program answered.

A call may be made twice if whoever made it died; it carries the same identity each time, so that a program can tell.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comity.exchange.calling import Answer
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.notices.models import Call, CallState, Hook, Notice
from comity.notices.rules.facts import sentence_again
from comity.notices.rules.times import LONGEST_CALLING, PAUSES_OF_CALLS, next_try

KEPT = timedelta(days=90)


def queue(parties: Collection[str], topic: str, key: str, *, at: datetime) -> int:
    """Queue a call to every hook of some parties that wants this topic; how many there are."""
    hooks = list(Hook.objects.filter(party__in=parties, topics__contains=[topic], is_active=True))
    told = Notice.objects.filter(key=key).select_related("about").first() if hooks else None
    if told is None:
        return 0
    made = [Call(hook=hook, key=key, topic=topic, body=_body(told, hook), made_at=at, next_at=at) for hook in hooks]
    Call.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def queue_trial(hook: Hook, key: str, *, at: datetime) -> Call:
    """Queue a call that tells nothing."""
    body = json.dumps({"id": key, "topic": "trial", "party": hook.party_id, "told_at": at.isoformat()})
    return Call.objects.create(hook=hook, key=key, topic="trial", body=body, made_at=at, next_at=at)


@transaction.atomic(durable=True)
def claim(*, without: Collection[int] = (), by: Actor, at: datetime) -> Call | None:
    """Take the next call that waits, of a hook that is on and not set aside; also one whose caller gave no sign of life."""
    waiting = Call.objects.filter(next_at__lte=at, hook__is_active=True, state__in=[CallState.WAITING, CallState.CALLING])
    waiting = waiting.exclude(hook__in=without)
    for call in waiting.order_by("next_at", "id").select_for_update(skip_locked=True, of=("self",)).select_related("hook")[:1]:
        call.state, call.claimed_at, call.tries, call.next_at = CallState.CALLING, at, call.tries + 1, at + LONGEST_CALLING
        call.save(update_fields=["state", "claimed_at", "tries", "next_at"])
        return call
    return None


@transaction.atomic(durable=True)
def settle(call: Call, answer: Answer, *, by: Actor, at: datetime) -> bool:
    """Note what a program answered; whether the call is given up."""
    for stored in Call.objects.select_for_update().filter(pk=call.pk, claimed_at=call.claimed_at, state=CallState.CALLING):
        stored.next_at = None if answer.is_taken else next_try(stored.tries, PAUSES_OF_CALLS, at=at)
        ended = CallState.TAKEN if answer.is_taken else CallState.GIVEN_UP
        stored.state = CallState.WAITING if stored.next_at else ended
        stored.ended_at = None if stored.next_at else at
        stored.code, stored.reason = answer.code, answer.words[:300]
        stored.save(update_fields=["state", "next_at", "ended_at", "code", "reason"])
        return stored.state == CallState.GIVEN_UP
    return False


def forget(*, at: datetime) -> int:
    """Delete the calls of three months ago; how many there were."""
    return Call.objects.filter(made_at__lte=at - KEPT).delete()[0]


def _body(told: Notice, hook: Hook) -> str:
    """What a program is sent: the notice in both languages, with moments in UTC."""
    sentence = sentence_again(told.message, told.facts, zone="UTC")
    return json.dumps(
        {
            "id": told.key,
            "topic": told.topic,
            "party": hook.party_id,
            "about": told.about_id,
            "due_on": told.due_on.isoformat() if told.due_on else None,
            "told_at": told.told_at.isoformat(),
            "link": settings.PUBLIC_ADDRESS.rstrip("/") + told.link if told.link else None,
            "sentence": {language: say(sentence, language) for language in ("en", "fr")},
        },
        ensure_ascii=False,
    )
