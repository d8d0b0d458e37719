"""Delegations: accredited when a party sends people who speak for it, recalled when it does so no more."""

from datetime import date

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Delegation, Party
from comity.trail import acts as trail


class AlreadyAccredited(Refusal):
    """A party has one delegation."""

    message = _("{party} has a delegation accredited since {since}.")


class RecalledBeforeItWasAccredited(Refusal):
    """The end lies before the beginning."""

    message = _("The delegation of {party} was accredited on {since}; it cannot be recalled before.")


class AlreadyRecalled(Refusal):
    """There is nobody to recall."""

    message = _("The delegation of {party} was recalled on {on}.")


@transaction.atomic
def accredit(party: Party, *, on: date, by: Actor) -> Delegation:
    """Accept a party's delegation; one that was recalled may come back later."""
    by.must(Permission.MANAGE_ACCOUNTS)
    delegation, is_new = Delegation.objects.select_for_update().get_or_create(party=party, defaults={"accredited_on": on})
    if not is_new:
        if delegation.recalled_on is None or delegation.recalled_on > on:
            raise AlreadyAccredited(party=party.name, since=delegation.accredited_on)
        delegation.accredited_on, delegation.recalled_on = on, None
        delegation.save(update_fields=["accredited_on", "recalled_on"])
    trail.record("delegation.accredited", delegation, by=by, about=party.code, on=on)
    return delegation


@transaction.atomic
def recall(delegation: Delegation, *, on: date, by: Actor) -> None:
    """Recall a delegation: from that day on, none of its mandates gives access."""
    by.must(Permission.MANAGE_ACCOUNTS)
    delegation = Delegation.objects.select_for_update().select_related("party").get(pk=delegation.pk)
    party = delegation.party
    if delegation.recalled_on is not None:
        raise AlreadyRecalled(party=party.name, on=delegation.recalled_on)
    delegation.recalled_on = on
    too_early = RecalledBeforeItWasAccredited(party=party.name, since=delegation.accredited_on)
    with refusing(delegation_is_recalled_after_it_was_accredited=too_early), transaction.atomic():
        delegation.save(update_fields=["recalled_on"])
    trail.record("delegation.recalled", delegation, by=by, about=party.code, on=on)
