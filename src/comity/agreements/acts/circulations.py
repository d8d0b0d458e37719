"""Rounds under silence: opening, extending, breaking and withdrawing them; what the register and the clock do to them.

At the deadline silence has held. Whoever comes later is told so, whether the job that settles it has run or not.
"""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from comity.accounts.rules import Permission
from comity.agreements import queries
from comity.agreements.acts import moving
from comity.agreements.models import Agreement, AgreementState, Capital, Circulation, Extension, How, Outcome, WhyReturned
from comity.agreements.rules.silence import HEADQUARTERS, has_held
from comity.drafting.acts import versions
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.trail import acts as trail

FIRST_YEAR, LAST_YEAR = 1949, 2199
# Why a deadline moved that nobody moved: the reason is a message, said in the language of its reader.
STOOD_STILL = _("Time stood still while the partner was suspended.")


class IsCirculating(Refusal):
    """A round is withdrawn, not its offer."""

    message = _("“{title}” is circulating under silence. The circulation has to be withdrawn first.")


class PartnerIsSuspended(Refusal):
    """Nothing is agreed with a partner that is suspended."""

    message = _("{party} is suspended in {frameworks}. Nothing circulates while that lasts.")


class NobodyToAsk(Refusal):
    """Silence is kept by somebody."""

    message = _("The register names no Ally on that day, so there is nobody whose silence would mean anything.")


class DeadlineHasPassed(Refusal):
    """A deadline lies ahead."""

    message = _("{deadline} has passed already. A deadline lies ahead.")


class DeadlineIsFar(Refusal):
    """A deadline is a day people live to see."""

    message = _("A deadline lies ahead, and not beyond the year {last}.")


class DeadlineComesSooner(Refusal):
    """Nobody is given less time than was promised."""

    message = _("Silence runs until {former} already. A deadline can only be moved later.")


class SilenceHasHeld(Refusal):
    """At the deadline silence has held."""

    message = _("Silence held until {deadline}, so the text is agreed. Silence can be broken only before the deadline.")


class RoundIsOver(Refusal):
    """What is over stays so."""

    message = _("This circulation is over.")


class NotAsked(Refusal):
    """Those who were asked keep silence or break it."""

    message = _("Silence is broken by the delegation of an Ally that this text was put before; yours is none.")


@transaction.atomic
def circulate(agreement: Agreement, *, deadline: datetime, by: Actor, at: datetime) -> Circulation:
    """Put a version before the Allies of this day, under silence until a deadline."""
    by.must(Permission.CIRCULATE_TEXTS)
    found = moving.held(agreement)
    moving.must_become(found, AgreementState.CIRCULATING)
    must_not_be_suspended(found, at=at)
    deadline = _moment(deadline)
    if deadline <= at:
        raise DeadlineHasPassed(deadline=queries.told(deadline, by.zone))
    allies = queries.allies(on=moving.day_of(at), seen_by=by)
    if not allies:
        raise NobodyToAsk
    opened = Circulation.objects.create(agreement=found, opened_at=at, opened_by=by.login, deadline=deadline)
    Capital.objects.bulk_create(Capital(circulation=opened, party=ally, zone=ally.zone) for ally in allies)
    found.state = AgreementState.CIRCULATING
    found.save(update_fields=["state"])
    versions.circulate(found.version, by=by, at=at)
    facts = {"deadline": deadline, "capitals": len(allies)}
    trail.record("agreement.circulated", found, by=by, at=at, about=found.party_id, **facts)
    return opened


@transaction.atomic
def extend(circulation: Circulation, *, to: datetime, reason: str = "", by: Actor, at: datetime) -> Circulation:
    """Give the capitals more time; the former deadline is kept."""
    by.must(Permission.CIRCULATE_TEXTS)
    _agreement, running = _running(circulation, at=at)
    to = _moment(to)
    if to <= at:
        raise DeadlineHasPassed(deadline=queries.told(to, by.zone))
    if to <= running.deadline:
        raise DeadlineComesSooner(former=queries.told(running.deadline, by.zone))
    return _moved(running, to, reason=reason.strip(), by=by, at=at)


@transaction.atomic
def break_silence(circulation: Circulation, *, reason: str, by: Actor, at: datetime) -> Circulation:
    """Break silence for one's own party, with a reason: the text goes back to drafting.

    The Ally and its reason are told to the Allies and to the staff, not to the partner: the line of the trail says
    for whom it is by having no party it is about.
    """
    by.must(Permission.BREAK_SILENCE)
    agreement, running = _running(circulation, at=at)
    if not running.capitals.filter(party=by.party).exists():
        raise NotAsked
    moving.must_tell(reason=(reason, _("why silence is broken")))
    running.breaker_id = by.party
    close(running, Outcome.BROKEN, reason=reason.strip(), by=by, at=at)
    moving.give_back(agreement, why=WhyReturned.BROKEN, by=by, at=at)
    trail.record("agreement.silence-broken", agreement, by=by, at=at, reason=reason.strip())
    return running


@transaction.atomic
def withdraw(circulation: Circulation, *, reason: str, by: Actor, at: datetime) -> Circulation:
    """Withdraw a round before its deadline: the text goes back to drafting."""
    by.must(Permission.CIRCULATE_TEXTS)
    agreement, running = _running(circulation, at=at)
    moving.must_tell(reason=(reason, _("why it is withdrawn")))
    close(running, Outcome.WITHDRAWN, reason=reason.strip(), by=by, at=at)
    moving.give_back(agreement, why=WhyReturned.WITHDRAWN, by=by, at=at)
    trail.record("agreement.withdrawn", agreement, by=by, at=at, about=agreement.party_id, reason=reason.strip())
    return running


@transaction.atomic
def settle(agreement: Agreement | int, *, by: Actor, at: datetime) -> Agreement:
    """Bring a round into step with the register and the clock: halt it, let time run again, or find that silence held.

    It may run at any moment and as often as one likes: only what is due is done, once.
    """
    found = moving.held(agreement)
    running = moving.open_round(found)
    if running is None:
        return found
    on = moving.day_of(min(at, running.deadline) if not running.is_halted else at)
    holds = queries.holds(found.party_id, on=on, seen_by=by)
    if holds and not running.is_halted:
        since = datetime.combine(min(hold.first for hold in holds), time(), ZoneInfo(HEADQUARTERS))
        running.halted_at = max(running.opened_at, min(since, at))
        running.halted_for = ", ".join(sorted({hold.framework for hold in holds}))
        running.save(update_fields=["halted_at", "halted_for"])
        facts = {"frameworks": running.halted_for, "since": running.halted_at}
        trail.record("agreement.halted", found, by=by, at=at, about=found.party_id, **facts)
    elif running.is_halted and not holds:
        rest = (running.deadline - running.halted_at) if running.halted_at else None
        assert rest is not None
        running.halted_at, running.halted_for = None, ""
        _moved(running, (at + rest).replace(microsecond=0), reason=STOOD_STILL, by=by, at=at)
    elif not holds and has_held(running.deadline, at):
        close(running, Outcome.AGREED, by=by, at=running.deadline)
        moving.agree(found, how=How.SILENCE, by=by, at=running.deadline)
    return found


def must_not_be_suspended(agreement: Agreement, *, at: datetime) -> None:
    """Refuse while the partner is suspended anywhere.

    Raises:
        PartnerIsSuspended: it is, and in these frameworks.
    """
    holds = queries.holds(agreement.party_id, on=moving.day_of(at), seen_by=queries.THE_HOUSE)
    if holds:
        names = queries.names_of({hold.framework for hold in holds}, seen_by=queries.THE_HOUSE)
        raise PartnerIsSuspended(party=agreement.party.name, frameworks=names)


def close(running: Circulation, outcome: Outcome, *, reason: str = "", by: Actor, at: datetime) -> None:
    """End a round that is under lock."""
    running.outcome, running.closed_at, running.closed_by, running.reason = outcome, at, by.login, reason
    running.save()


def _moment(at: datetime) -> datetime:
    """A deadline as it is kept: in UTC, to the second.

    Raises:
        DeadlineIsFar: no calendar of the house goes there.
    """
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise DeadlineIsFar(last=LAST_YEAR)
    return at.astimezone(UTC).replace(microsecond=0)


def _running(circulation: Circulation, *, at: datetime) -> tuple[Agreement, Circulation]:
    """The agreement and its round under lock, while silence can be broken.

    Raises:
        RoundIsOver: it ended.
        SilenceHasHeld: its deadline has come, be it settled or not.
    """
    agreement = moving.held(circulation.agreement_id)
    found = Circulation.objects.select_for_update(of=("self",)).get(pk=circulation.pk)
    if found.has_held(at):
        raise SilenceHasHeld(deadline=queries.told(found.deadline, HEADQUARTERS))
    if found.outcome != Outcome.OPEN:
        raise RoundIsOver
    found.agreement = agreement
    return agreement, found


def _moved(running: Circulation, to: datetime, *, reason: str, by: Actor, at: datetime) -> Circulation:
    """Set a later deadline and keep the former."""
    former, running.deadline = running.deadline, to
    running.save(update_fields=["deadline", "halted_at", "halted_for"])
    if to > former:
        Extension.objects.create(
            circulation=running, former_at=former, latter_at=to, extended_at=at, extended_by=by.login, reason=reason
        )
    agreement = running.agreement
    facts = {"former": former, "deadline": to, "reason": reason}
    trail.record("agreement.silence-extended", agreement, by=by, at=at, about=agreement.party_id, **facts)
    return running
