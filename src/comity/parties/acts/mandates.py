"""Mandates: what makes an account somebody. Given from a day, for one role in one delegation; ended on a day."""

from datetime import date, timedelta

from django.db import transaction

from comity.accounts.models import User
from comity.accounts.rules import Permission, is_role
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Delegation, Mandate
from comity.trail import acts as trail


class OneMandateAtATime(Refusal):
    """What somebody may do must never depend on which page they came from."""

    message = _("{name} has a mandate in that period already; end it first.")


class MandateEndsBeforeItBegins(Refusal):
    """The last day lies before the first."""

    message = _("A mandate from {since} cannot last until {until}.")


class DelegationIsRecalled(Refusal):
    """Nobody speaks for a delegation that was recalled."""

    message = _("The delegation of {party} is recalled since {since}.")


class UnknownRole(Refusal):
    """The roles are a fixed list."""

    message = _("There is no role “{role}”.")


class MandateEndedAlready(Refusal):
    """The mandate is over by then."""

    message = _("That mandate of {name} ends on {on} already.")


class MandateLastsADay(Refusal):
    """The day a mandate began stays in the record."""

    message = _("That mandate began on {since}; it ends on a later day. To stop access at once, close the account.")


class MandateHasBegun(Refusal):
    """What somebody could do once is not made undone."""

    message = _("That mandate has begun on {since}: it can be ended, not withdrawn.")


@transaction.atomic
def give(user: User, *, role: str, of: Delegation, since: date, until: date | None = None, by: Actor) -> Mandate:
    """Give somebody a role in a delegation, from a first day until a last day or until it is ended."""
    by.must(Permission.MANAGE_ACCOUNTS)
    if not is_role(role):
        raise UnknownRole(role=role)
    if until is not None and until < since:
        raise MandateEndsBeforeItBegins(since=since, until=until)
    if of.recalled_on is not None and of.recalled_on <= since:
        raise DelegationIsRecalled(party=of.party.name, since=of.recalled_on)
    end = until + timedelta(days=1) if until else None
    with refusing(mandate_periods_of_a_person_never_overlap=OneMandateAtATime(name=user.name)), transaction.atomic():
        mandate = Mandate.objects.create(user=user, delegation=of, role=role, period=(since, end))
    trail.record("mandate.given", mandate, by=by, about=of.party_id, login=user.login, role=role, since=since, until=until)
    return mandate


@transaction.atomic
def end(mandate: Mandate, *, on: date, by: Actor) -> None:
    """End a mandate: from that day on it gives no access, whatever session or token is still open."""
    by.must(Permission.MANAGE_ACCOUNTS)
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    since, ends = mandate.period.lower, mandate.period.upper
    if on <= since:
        raise MandateLastsADay(since=since)
    if ends is not None and ends <= on:
        raise MandateEndedAlready(name=mandate.user.name, on=ends)
    mandate.period = (since, on)
    mandate.save(update_fields=["period"])
    trail.record("mandate.ended", mandate, by=by, about=mandate.delegation_id, login=mandate.user.login, on=on)


@transaction.atomic
def reopen(mandate: Mandate, *, until: date | None, by: Actor) -> None:
    """Let a mandate that was to end run on: until the day before ``until``, or until it is ended."""
    by.must(Permission.MANAGE_ACCOUNTS)
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    mandate.period = (mandate.period.lower, until)
    with refusing(mandate_periods_of_a_person_never_overlap=OneMandateAtATime(name=mandate.user.name)), transaction.atomic():
        mandate.save(update_fields=["period"])
    trail.record("mandate.reopened", mandate, by=by, about=mandate.delegation_id, login=mandate.user.login, until=until)


@transaction.atomic
def withdraw(mandate: Mandate, *, on: date, by: Actor) -> None:
    """Withdraw a mandate that has not begun by a day, as if it had never been given; the trail remembers it."""
    by.must(Permission.MANAGE_ACCOUNTS)
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    since = mandate.period.lower
    if since <= on:
        raise MandateHasBegun(since=since)
    trail.record("mandate.withdrawn", mandate, by=by, about=mandate.delegation_id, login=mandate.user.login, since=since)
    mandate.delete()
