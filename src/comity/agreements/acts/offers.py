"""Offering a version for agreement, taking it back, endorsing it for the partner, agreeing to it in a council."""

from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.agreements.acts import circulations, moving
from comity.agreements.models import Agreement, AgreementState, How, Outcome, WhyReturned
from comity.drafting.acts import courts, texts
from comity.drafting.models import Text, Version
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail

# What the round is told when the council does not wait for its end.
IN_COUNCIL = _("The council decided at its table.")


class ClausesUnsettled(Refusal):
    """Both sides stand behind what they offer."""

    message = _("In version {version} there are {count} clauses that the two sides have not both agreed to. Settle them first.")


class NotTheNewest(Refusal):
    """What is offered is the newest."""

    message = _("Version {version} is not the newest: there is version {newest}.")


class AnotherIsUnderWay(Refusal):
    """A text is agreed one version at a time."""

    message = _("A version of “{title}” is on its way to agreement already. Take it back first.")


class AgreedAlready(Refusal):
    """A version is agreed once."""

    message = _("Version {version} of “{title}” is agreed already.")


@transaction.atomic
def offer(version: Version, *, by: Actor, at: datetime) -> Agreement:
    """Offer a version for agreement: its text rests until it is agreed or returned."""
    text = Text.objects.select_for_update(of=("self",)).select_related("party").get(pk=version.text_id)
    courts.side_for(text, by=by)
    if version.unsettled:
        raise ClausesUnsettled(version=version.number, count=version.unsettled)
    newest = text.versions.first()
    if newest is not None and newest.pk != version.pk:
        raise NotTheNewest(version=version.number, newest=newest.number)
    if Agreement.objects.filter(version=version, agreed_at__isnull=False).exists():
        raise AgreedAlready(version=version.number, title=text.title)
    with refusing(agreement_is_under_way_once_for_a_text=AnotherIsUnderWay(title=text.title)):
        agreement = Agreement.objects.create(version=version, text=text, party=text.party, offered_at=at, offered_by=by.login)
    texts.rest(text, by=by, at=at)
    trail.record("agreement.offered", agreement, by=by, at=at, about=text.party_id, version=version.number)
    return agreement


@transaction.atomic
def take_back(agreement: Agreement, *, by: Actor, at: datetime) -> Agreement:
    """Take an offer back before it circulates: either side may."""
    found = moving.held(agreement)
    courts.side_for(found.text, by=by)
    if found.state == AgreementState.CIRCULATING:
        raise circulations.IsCirculating(title=found.text.title)
    moving.give_back(found, why=WhyReturned.TAKEN_BACK, by=by, at=at)
    trail.record("agreement.taken-back", found, by=by, at=at, about=found.party_id)
    return found


@transaction.atomic
def endorse(agreement: Agreement, *, body: str, on: PartialDate, reference: str = "", by: Actor, at: datetime) -> Agreement:
    """Record that the partner's own body endorsed the version: its head of delegation says so."""
    by.must(Permission.ENDORSE_TEXTS)
    found = moving.held(agreement)
    if by.party != found.party_id:
        raise NotFound(what=_("agreement"))
    moving.must_become(found, AgreementState.ENDORSED)
    moving.must_tell(body=(body, _("which body endorsed it")), on=(str(on), _("when it was endorsed")))
    moving.must_be_past(on, at)
    found.endorsing_body, found.endorsed_on, found.endorsing_reference = body.strip(), on, reference.strip()
    found.endorsed_at, found.endorsed_by, found.state = at, by.login, AgreementState.ENDORSED
    found.save()
    facts = {"body": found.endorsing_body, "on": str(on), "reference": found.endorsing_reference}
    trail.record("agreement.endorsed", found, by=by, at=at, about=found.party_id, **facts)
    return found


@transaction.atomic
def decide_in_council(agreement: Agreement, *, body: str, on: PartialDate, reference: str, by: Actor, at: datetime) -> Agreement:
    """Record that a council agreed at its table; a round that runs is withdrawn."""
    by.must(Permission.CIRCULATE_TEXTS)
    found = moving.held(agreement)
    moving.must_become(found, AgreementState.AGREED)
    moving.must_tell(
        body=(body, _("which council decided")),
        on=(str(on), _("when it decided")),
        reference=(reference, _("under which reference it is recorded")),
    )
    moving.must_be_past(on, at)
    circulations.must_not_be_suspended(found, at=at)
    if (running := moving.open_round(found)) is not None:
        if running.has_held(at):
            raise circulations.SilenceHasHeld(deadline=running.deadline)
        circulations.close(running, Outcome.WITHDRAWN, reason=IN_COUNCIL, by=by, at=at)
    found.council_body, found.council_on, found.council_reference = body.strip(), on, reference.strip()
    return moving.agree(found, how=How.COUNCIL, by=by, at=at)
