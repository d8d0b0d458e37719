"""Calling programs: each call is claimed and settled in transactions of its own, and made between the two."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from comity.exchange.calling import Answer, call
from comity.kernel.actors import Actor
from comity.kernel.sealing import Unsealable
from comity.notices.acts import calls, hooks
from comity.notices.models import Call
from comity.notices.rules.signing import IDENTITY, SIGNATURE, signature

AT_A_TIME = 200


def dial(*, by: Actor, clock: Callable[[], datetime]) -> int:
    """Make the calls that wait; how many there were."""
    made, silent = 0, set[int]()
    while made < AT_A_TIME and (claimed := calls.claim(without=silent, by=by, at=clock())):
        answer = _called(claimed, at=clock())
        if not answer.is_taken:
            # Whoever does not take one call would keep all others waiting.
            silent.add(claimed.hook_id)
        if calls.settle(claimed, answer, by=by, at=clock()):
            claimed.refresh_from_db()
            hooks.give_up(claimed, by=by, at=clock())
        made += 1
    return made


def _called(claimed: Call, *, at: datetime) -> Answer:
    body = claimed.body.encode()
    try:
        signed = signature(hooks.secret_of(claimed.hook), body, at=at)
    except Unsealable:
        return Answer(None, "the secret does not open with any key of this installation")
    headers = {SIGNATURE: signed, IDENTITY: claimed.key, "Content-Type": "application/json", "User-Agent": "Comity"}
    return call(claimed.hook.address, body, headers, loopback=settings.HOOKS_ON_LOOPBACK)
