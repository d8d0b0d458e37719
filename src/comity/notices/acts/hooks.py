"""Hooks: made with a secret that is told once, tried, turned off and on, removed."""

from collections.abc import Collection
from datetime import datetime
from secrets import token_hex, token_urlsafe

from django.conf import settings
from django.db import transaction

from comity.accounts.rules import ROLES, Permission
from comity.exchange import calling
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted, Refusal
from comity.kernel.sealing import opened, sealed
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.notices.acts import calls, notices
from comity.notices.models import Call, Hook
from comity.notices.rules.topics import TOPICS
from comity.trail import acts as trail

MOST = 10


class NotAnAddressToCall(Refusal):
    """Programs are called on the open web, sealed."""

    message = _("“{address}” is not called: it takes an https address in the open network, without a name or a password in it.")


class HookIsThereAlready(Refusal):
    """One address is told everything once."""

    message = _("Your party has a hook for “{address}” already.")


class NothingToTell(Refusal):
    """A hook without a topic, or without a name, serves nobody."""

    message = _("Name the hook, and choose at least one topic.")


class TooManyHooks(Refusal):
    """Each of them is called for every notice."""

    message = _("A party keeps {most} hooks at most; remove one first.")


class HookIsOff(Refusal):
    """Nothing is sent there."""

    message = _("“{name}” is turned off; turn it on first.")


@transaction.atomic
def make(name: str, *, address: str, topics: Collection[str], by: Actor, at: datetime) -> tuple[Hook, str]:
    """Have what one's party is told on some topics sent to a program; the secret it is signed with is told here, once."""
    by.must(Permission.KEEP_HOOKS)
    if by.party is None:
        raise NotPermitted(permission=Permission.KEEP_HOOKS)
    wanted = [topic for topic in TOPICS if topic in topics]
    if not name.strip() or not wanted:
        raise NothingToTell
    try:
        calling.read(address, loopback=settings.HOOKS_ON_LOOPBACK)
    except calling.NotToBeCalled:
        raise NotAnAddressToCall(address=address) from None
    if Hook.objects.filter(party=by.party).count() >= MOST:
        raise TooManyHooks(most=MOST)
    mark, secret = token_hex(16), token_urlsafe(32)
    with refusing(hook_is_one_for_an_address=HookIsThereAlready(address=address)), transaction.atomic():
        hook = Hook.objects.create(
            party_id=by.party,
            mark=mark,
            name=name.strip(),
            address=address,
            topics=wanted,
            secret=sealed(secret.encode(), bound_to=f"hook:{mark}"),
            made_at=at,
            made_by=by.login,
        )
    trail.record("hook.made", hook, by=by, at=at, about=by.party, topics=wanted)
    return hook, secret


def secret_of(hook: Hook) -> str:
    """The secret that calls of a hook are signed with."""
    return opened(bytes(hook.secret), bound_to=f"hook:{hook.mark}").decode()


@transaction.atomic
def turn_off(hook: Hook, *, by: Actor, at: datetime) -> None:
    """Send nothing there until it is turned on again; what waits, waits."""
    _own(hook, by)
    if Hook.objects.filter(pk=hook.pk, is_active=True).update(is_active=False, off_at=at, off_reason=""):
        trail.record("hook.turned-off", hook, by=by, at=at, about=hook.party_id)


@transaction.atomic
def turn_on(hook: Hook, *, by: Actor, at: datetime) -> None:
    """Send there again, beginning with what waited."""
    _own(hook, by)
    if Hook.objects.filter(pk=hook.pk, is_active=False).update(is_active=True, off_at=None, off_reason=""):
        trail.record("hook.turned-on", hook, by=by, at=at, about=hook.party_id)


@transaction.atomic
def remove(hook: Hook, *, by: Actor, at: datetime) -> None:
    """Forget a hook with its secret and its calls."""
    _own(hook, by)
    trail.record("hook.removed", hook, by=by, at=at, about=hook.party_id)
    hook.delete()


@transaction.atomic
def try_out(hook: Hook, *, by: Actor, at: datetime) -> Call:
    """Call a program with nothing to tell, to see whether it answers."""
    _own(hook, by)
    if not hook.is_active:
        raise HookIsOff(name=hook.name)
    call = calls.queue_trial(hook, f"trial:{token_hex(8)}", at=at)
    trail.record("hook.tried", hook, by=by, at=at, about=hook.party_id)
    return call


@transaction.atomic
def give_up(call: Call, *, by: Actor, at: datetime) -> None:
    """Turn off the hook of a call that was given up, and tell those who may keep it."""
    reason = call.reason or (str(call.code) if call.code else "")
    hook = Hook.objects.select_for_update().get(pk=call.hook_id)
    if not Hook.objects.filter(pk=hook.pk, is_active=True).update(is_active=False, off_at=at, off_reason=reason):
        return
    trail.record("hook.turned-off", hook, by=by, at=at, about=hook.party_id, reason=reason)
    words = _("The program “{name}” did not take what it was sent, tried {tries} times: it is turned off. Last answer: {reason}.")
    notices.tell(
        "hooks",
        f"hook-off:{hook.pk}:{at.isoformat()}",
        Sentence(words, {"name": hook.name, "tries": call.tries, "reason": reason or "–"}),
        link="/notices/hooks/",
        party=hook.party_id,
        roles=[role for role, may in ROLES.items() if Permission.KEEP_HOOKS in may],
        by=by,
        at=at,
    )


def _own(hook: Hook, by: Actor) -> None:
    """Refuse unless the hook is one's own party's, and one may keep it."""
    by.must(Permission.KEEP_HOOKS)
    if hook.party_id != by.party:
        raise NotPermitted(permission=Permission.KEEP_HOOKS)
