"""What may be done with objectives: they are set, and retired when they no longer hold."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Party
from comity.programmes.models import Objective, Programme
from comity.trail import acts as trail


class NumberIsTaken(Refusal):
    """A party uses each number once."""

    message = _("{party} already has an objective {number}.")


class EndsBeforeItStarts(Refusal):
    """An objective cannot end before it starts."""

    message = _("An objective that starts in {first_year} cannot end in {last_year}.")


class NumbersBeginWithOne(Refusal):
    """Objectives are counted from one."""

    message = _("Give the objective a number from 1 up.")


class TitleMissing(Refusal):
    """An objective says what it is."""

    message = _("Say in English what the objective is; French may follow.")


class AlreadyRetired(Refusal):
    """An objective is retired once."""

    message = _("Objective {number} is already retired.")


@transaction.atomic
def set_objective(
    party: Party, *, number: int, title_en: str, title_fr: str = "", first_year: int, last_year: int,
    programme: Programme | None = None, by: Actor, at: datetime,
) -> Objective:  # fmt: skip
    """Set an objective of a party; the party does so itself, or the staff for it."""
    must_speak_for(party.code, by)
    if programme is not None and programme.party_id != party.code:
        raise NotFound(what="programme")
    with (
        transaction.atomic(),
        refusing(
            objective_numbers_are_used_once_by_a_party=NumberIsTaken(party=party.name, number=number),
            objective_has_a_number=NumbersBeginWithOne(),
            objective_has_a_title=TitleMissing(),
            objective_ends_after_it_starts=EndsBeforeItStarts(first_year=first_year, last_year=last_year),
        ),
    ):
        objective = Objective.objects.create(
            party=party, number=number, title_en=title_en, title_fr=title_fr, first_year=first_year, last_year=last_year,
            programme=programme,
        )  # fmt: skip
    trail.record("objective.set", objective, by=by, at=at, about=party.code, title=title_en)
    return objective


@transaction.atomic
def retire(objective: Objective, *, by: Actor, at: datetime) -> Objective:
    """Retire an objective: requests already tied to it keep the tie, new ones cannot be tied."""
    must_speak_for(objective.party_id, by)
    kept = Objective.objects.select_for_update(of=("self",)).get(pk=objective.pk)
    if not kept.is_live:
        raise AlreadyRetired(number=kept.number)
    kept.retired_at, kept.retired_by = at, by.login
    kept.save(update_fields=["retired_at", "retired_by"])
    trail.record("objective.retired", kept, by=by, at=at, about=kept.party_id)
    return kept


@transaction.atomic
def add_to(programme: Programme, *, title_en: str, title_fr: str = "", by: Actor, at: datetime) -> Objective:
    """Set an objective of a programme, under the next number of its party, for the years of the programme."""
    last = Objective.objects.filter(party=programme.party_id).aggregate(last=Max("number"))["last"] or 0
    first = programme.since.earliest.year if programme.since.earliest else at.year
    until = programme.until.latest.year if programme.until.latest else first
    return set_objective(
        programme.party, number=last + 1, title_en=title_en, title_fr=title_fr, first_year=first, last_year=max(first, until),
        programme=programme, by=by, at=at,
    )  # fmt: skip


def may_speak_for(party: str, by: Actor) -> bool:
    """Whether somebody may act for a party here."""
    return by.may(Permission.KEEP_REGISTER) or (by.party == party and by.may(Permission.REQUEST_PLACES))


def must_speak_for(party: str, by: Actor) -> None:
    """A delegation speaks for its own party; the keepers of the register for every one."""
    if by.may(Permission.KEEP_REGISTER):
        return
    by.must(Permission.REQUEST_PLACES)
    if by.party != party:
        raise NotPermitted(permission=Permission.KEEP_REGISTER)
