"""What may be done with parties: register, rename, have one succeed another."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing, sort_key
from comity.kernel.words import Name, _
from comity.parties.models import Party, PartyKind, PartyName, Source, Succession
from comity.trail import acts as trail


class CodeIsTaken(Refusal):
    """Codes name one party for ever."""

    message = _("The code {code} already names {party}.")


class CodeIsMalformed(Refusal):
    """Codes are short and upper case; those of states have three letters."""

    message = _("“{code}” is no code: 2 to 12 capital letters, digits or dashes, and three letters for a state.")


class CentreHasNoSeat(Refusal):
    """A centre is somewhere."""

    message = _("{party} is a centre: say in which state it has its seat.")


class NamedAlready(Refusal):
    """Names of a party follow one another; they do not overlap."""

    message = _("{party} already bears a name given on or after {since}.")


class SucceededAlready(Refusal):
    """A succession is told once."""

    message = _("{successor} is already recorded as successor of {predecessor}.")


class SucceedsItself(Refusal):
    """Nothing follows itself."""

    message = _("{party} cannot succeed itself.")


@transaction.atomic
def register(
    code: str,
    *,
    kind: str,
    name: Name,
    alpha2: str = "",
    seat: Party | None = None,
    founded: str = "",
    sources: Collection[Source] = (),
    by: Actor,
    at: datetime,
) -> Party:
    """Enter a party into the register."""
    by.must(Permission.KEEP_REGISTER)
    if taken := Party.objects.filter(code=code).first():
        raise CodeIsTaken(code=code, party=taken.name)
    with refusing(
        party_codes_are_upper_case_letters_and_digits=CodeIsMalformed(code=code),
        party_states_carry_three_letters=CodeIsMalformed(code=code),
        party_centres_have_a_seat=CentreHasNoSeat(party=name),
    ):
        party = Party.objects.create(
            code=code,
            kind=PartyKind(kind),
            alpha2=alpha2,
            name_en=name.en,
            name_fr=name.fr,
            sort=sort_key(name.en),
            seat=seat,
            founded=PartialDate(founded),
        )
    party.sources.set(sources)
    trail.record("party.registered", party, by=by, at=at, about=party.code, kind=kind, name=name.en)
    return party


@transaction.atomic
def rename(party: Party, *, to: Name, since: str, sources: Collection[Source] = (), by: Actor, at: datetime) -> Party:
    """Give a party a new name from a date; the old one stays in its history."""
    by.must(Permission.KEEP_REGISTER)
    first = PartialDate(since)
    former = party.name
    with refusing(party_names_never_overlap=NamedAlready(party=former, since=first)):
        for language, before, words in (("en", former.en, to.en), ("fr", former.fr or former.en, to.fr or to.en)):
            _end_name(party, language, before, first)
            given = PartyName.objects.create(party=party, language=language, name=words, since=first, period=(first.earliest, None))
            given.sources.set(sources)
    party.name_en, party.name_fr, party.sort = to.en, to.fr, sort_key(to.en)
    party.save(update_fields=["name_en", "name_fr", "sort"])
    trail.record("party.renamed", party, by=by, at=at, about=party.code, since=since, name=to.en, former=former.en)
    return party


@transaction.atomic
def succeed(
    predecessor: Party, successor: Party, *, on: str, sources: Collection[Source] = (), by: Actor, at: datetime
) -> Succession:
    """Record that one party follows another."""
    by.must(Permission.KEEP_REGISTER)
    with refusing(
        party_successions_are_told_once=SucceededAlready(predecessor=predecessor.name, successor=successor.name),
        party_never_succeeds_itself=SucceedsItself(party=successor.name),
    ):
        succession = Succession.objects.create(predecessor=predecessor, successor=successor, on=PartialDate(on))
    succession.sources.set(sources)
    trail.record("party.succeeded", successor, by=by, at=at, about=successor.code, predecessor=predecessor.code, on=on)
    return succession


def _end_name(party: Party, language: str, words: str, on: PartialDate) -> None:
    """Write into the history until when a name was borne."""
    name = PartyName.objects.filter(party=party, language=language, name=words, until="").first()
    name = name or PartyName(party=party, language=language, name=words, period=(None, None))
    first = name.period.lower if name.pk else None
    if on.earliest is None or (first and on.earliest <= first):
        raise NamedAlready(party=party.name, since=name.since)
    name.until, name.period = on, (first, on.earliest)
    name.save()
