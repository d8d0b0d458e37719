"""Handovers: signed ahead, completed on the day by the clock, taken back before it.

The mandates change when it is signed, to the day; so access ends and begins on the day whether or not anything runs. What
else the day brings (drafts pass, tokens, sessions and the key end) is one transaction, which may run twice.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from comity.accounts.acts import accounts, sessions, tokens
from comity.accounts.models import Token, User
from comity.accounts.rules import Permission
from comity.agreements.acts import signatures
from comity.drafting.acts import drafts
from comity.drafting.models import Draft
from comity.drafting.rules import digest_of
from comity.handovers import queries
from comity.handovers.acts.proving import prove
from comity.handovers.models import Handover, HandoverState
from comity.handovers.rules import Newcomer, Passing, begins, content_of, due_at, signed_statement
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.acts import mandates
from comity.parties.models import Mandate
from comity.parties.queries import actor_of
from comity.trail import acts as trail

Successor = User | Newcomer
A_MOMENT = timedelta(microseconds=1)


class ListHasChanged(Refusal):
    """One signs what one has read."""

    message = _("What passes has changed since you read it. Read the list again, then sign.")


class NobodyOfYours(Refusal):
    """Whether somebody else has an account is told to nobody."""

    message = _("There is nobody “{login}” in your delegation. For somebody new, give a name and leave the login empty.")


class SuccessorIsTheLeaver(Refusal):
    """One hands over to somebody else."""

    message = _("Name somebody else: {name} is the one who leaves.")


class DayIsPast(Refusal):
    """A handover is arranged ahead."""

    message = _("The first day of the successor is a day to come.")


class EndsBefore(Refusal):
    """Between the two there would be nobody."""

    message = _("The mandate of {name} ends on {ends} already. Hand over on that day or before.")


class PlannedAlready(Refusal):
    """A mandate passes once."""

    message = _("{name} hands over already. Take that handover back first.")


class SettledAlready(Refusal):
    """What passed is not taken back."""

    message = _("This handover is settled.")


class DayHasCome(Refusal):
    """From the day on it is done."""

    message = _("The day has come: {name} has handed over.")


class SuccessorHasNoMandate(Refusal):
    """What passes needs somebody to pass to."""

    message = _("{name} has no mandate for {party} on that day; what is open waits.")


def plan(
    mandate: Mandate, *, to: Successor, on: date, drafts_pass: bool, shown: str, secret: str, by: Actor, at: datetime
) -> Handover:
    """Sign that a mandate and everything that is open passes to a successor on a day.

    Args:
        to: somebody with an account, or somebody for whom one is opened in the same act.
        on: the first day of the successor, and the first without the leaver.
        drafts_pass: that the leaver lets the successor read private drafts; else they are put away on the day.
        shown: the digest of the list that was shown; another list is not signed.
        secret: the passphrase of the key of whoever acts, or the password where there is no key.
    """
    _may(mandate, by, at)
    leaver = mandate.user
    login = to.login if isinstance(to, User) else to.login or queries.free_login(mandate.delegation_id, to.name, seen_by=by)
    if login == leaver.login:
        raise SuccessorIsTheLeaver(name=leaver.name)
    told = {
        "party": mandate.delegation_id,
        "role": mandate.role,
        "on": on,
        "leaver": {"login": leaver.login, "name": leaver.name},
        "successor": {"login": login, "name": to.name},
        "drafts_pass": drafts_pass,
    }
    content = content_of(_passing(mandate, at, shown), **told)
    moment = at.astimezone(UTC).replace(microsecond=0)
    statement = signed_statement(digest_of(content), party=mandate.delegation_id, name=by.name, at=moment)
    key, signature = prove(statement, secret=secret, by=by, at=at)
    kept: dict[str, Any] = {"content": content, "key": key, "signature": signature, "planned_at": moment, "shown": shown}
    return _keep(mandate, to=to if isinstance(to, User) else replace(to, login=login), on=on, by=by, at=at, **kept)


@transaction.atomic
def _keep(
    mandate: Mandate, *, to: Successor, on: date, content: dict[str, Any], shown: str, by: Actor, at: datetime, **proof: Any
) -> Handover:
    """Change the mandates to the day, and keep what was signed."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("user", "delegation__party").get(pk=mandate.pk)
    _may(mandate, by, at)
    _passing(mandate, at, shown)
    leaver, former = mandate.user, mandate.period.upper
    if on <= at.astimezone(actor_of(leaver, at=at).timezone).date():
        raise DayIsPast
    if former is not None and former < on:
        raise EndsBefore(name=leaver.name, ends=former)
    # The two sign themselves into their own delegation; the acts they call know only whoever manages accounts.
    house = replace(by, permissions=by.permissions | {Permission.MANAGE_ACCOUNTS})
    if former != on:
        mandates.end(mandate, on=on, by=house)
    successor = to if isinstance(to, User) else _opened(to, by=house, at=at)
    with (
        refusing(
            handover_of_a_mandate_is_planned_once=PlannedAlready(name=leaver.name),
            handover_goes_to_somebody_else=SuccessorIsTheLeaver(name=leaver.name),
        ),
        transaction.atomic(),
    ):
        found = Handover.objects.create(
            party_id=mandate.delegation_id,
            leaver=leaver,
            successor=successor,
            role=mandate.role,
            mandate=mandate,
            former_end=former,
            given=_given(mandate, successor, on, by=house),
            is_newcomer=not isinstance(to, User),
            on=on,
            drafts_pass=content["drafts_pass"],
            content=content,
            sha256=digest_of(content),
            planned_by=by.login,
            signed_as=by.name,
            **proof,
        )
    facts = {"leaver": leaver.login, "successor": successor.login, "on": on, "sha256": found.sha256}
    trail.record("handover.planned", found, by=by, at=at, about=found.party_id, **facts)
    return found


@transaction.atomic
def complete(handover: Handover, *, by: Actor, at: datetime) -> Handover:
    """Let what passes pass, once its day has come for both; done before, or too early, it does nothing."""
    by.must(Permission.MANAGE_ACCOUNTS)
    found = Handover.objects.select_for_update(of=("self",)).select_related("leaver", "successor", "party").get(pk=handover.pk)
    day = due_at(found.on, (found.leaver.zone, found.successor.zone))
    if found.state != HandoverState.PLANNED or at < day:
        return found
    successor = actor_of(found.successor, at=at)
    if successor.party != found.party_id:
        raise SuccessorHasNoMandate(name=found.successor.name, party=found.party.name)
    found.passed = {
        "drafts": _pass_drafts(found, successor, at),
        "tokens": _end_tokens(found.leaver, by, at),
        "sessions": _end_sessions(found.leaver, by, at),
        "signing_keys": int(signatures.retire_key(found.leaver.login, party=found.party_id, by=by, at=at) is not None),
    }
    found.state, found.done_at = HandoverState.DONE, at
    found.save(update_fields=["state", "done_at", "passed"])
    facts = {"leaver": found.leaver.login, "successor": found.successor.login, "on": found.on, "passed": found.passed}
    trail.record("handover.completed", found, by=by, at=at, about=found.party_id, **facts)
    return found


@transaction.atomic
def take_back(handover: Handover, *, by: Actor, at: datetime) -> Handover:
    """Take a handover back before its day: the mandates stand as if it had never been; the list stays as it was signed."""
    found = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("leaver", "successor", "mandate", "given")
        .get(pk=handover.pk)
    )
    if found.state != HandoverState.PLANNED:
        raise SettledAlready
    if at >= begins(found.on, found.leaver.zone):
        raise DayHasCome(name=found.leaver.name)
    if not queries.may_hand_over(found, by=by, on=at.astimezone(by.timezone).date()):
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)
    house = replace(by, permissions=by.permissions | {Permission.MANAGE_ACCOUNTS})
    if found.given is not None:
        given, found.given = found.given, None
        found.save(update_fields=["given"])
        mandates.withdraw(given, on=at.astimezone(by.timezone).date(), by=house)
    if found.former_end != found.on:
        mandates.reopen(found.mandate, until=found.former_end, by=house)
    if found.is_newcomer and found.successor.is_active:
        accounts.disable(found.successor, by=house, at=at)
    found.state, found.taken_back_at, found.taken_back_by = HandoverState.TAKEN_BACK, at, by.login
    found.save(update_fields=["state", "taken_back_at", "taken_back_by"])
    trail.record("handover.taken-back", found, by=by, at=at, about=found.party_id, on=found.on)
    return found


def _may(mandate: Mandate, by: Actor, at: datetime) -> None:
    """Refuse unless it is for this actor to hand the mandate over."""
    if not queries.that_may_leave(seen_by=by, on=at.astimezone(by.timezone).date()).filter(pk=mandate.pk).exists():
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)


def _passing(mandate: Mandate, at: datetime, shown: str) -> Passing:
    """What passes at a moment, provided that it is what was shown."""
    leaver = actor_of(mandate.user, at=at)
    found = queries.passing(mandate.user, party=mandate.delegation_id, seen_by=leaver, at=at)
    if found.digest != shown:
        raise ListHasChanged
    return found


def _opened(newcomer: Newcomer, *, by: Actor, at: datetime) -> User:
    told = {"name": newcomer.name, "password": newcomer.password, "language": newcomer.language, "zone": newcomer.zone}
    return accounts.open(newcomer.login, **told, by=by, at=at)  # type: ignore[arg-type]


def _given(mandate: Mandate, successor: User, on: date, *, by: Actor) -> Mandate | None:
    """The mandate for the successor, unless they hold the very same one already on that day."""
    same = Mandate.objects.running(on).filter(user=successor, delegation=mandate.delegation, role=mandate.role)
    if same.exists():
        return None
    return mandates.give(successor, role=mandate.role, of=mandate.delegation, since=on, by=by)


def _pass_drafts(found: Handover, successor: Actor, at: datetime) -> int:
    """Private drafts go to the successor where the leaver wanted it; where both wrote on a clause, both are kept."""
    leaver = actor_of(found.leaver, at=begins(found.on, found.leaver.zone) - A_MOMENT)
    mine = list(Draft.objects.seen_by(leaver).select_related("clause__text"))
    for draft in mine if found.drafts_pass else ():
        own = Draft.objects.seen_by(successor).filter(clause=draft.clause).first()
        body = f"{own.body}\n\n{draft.body}" if own and own.body.strip() else draft.body
        drafts.save(draft.clause, body, base=draft.base, by=successor, at=at)
    for draft in mine:
        drafts.discard(draft.clause, by=leaver)
    return len(mine) if found.drafts_pass else 0


def _end_tokens(leaver: User, by: Actor, at: datetime) -> int:
    alive = list(Token.objects.alive(at).filter(owner=leaver).select_related("owner"))
    for token in alive:
        tokens.revoke(token, by=by, at=at)
    return len(alive)


def _end_sessions(leaver: User, by: Actor, at: datetime) -> int:
    return sessions.end_all(leaver, by=by, at=at) if leaver.sessions.filter(expire_date__gt=at).exists() else 0
