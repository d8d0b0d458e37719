"""Acts on the limits under which places are shared: pools of money and caps of parties."""

from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.participation.models import Cap, Pool, Round
from comity.parties.models import Party
from comity.trail import acts as trail


class BudgetIsNegative(Refusal):
    """A pool holds nothing or more."""

    message = _("The budget of {pool} cannot be negative.")


class HoldsMoreAlready(Refusal):
    """A cap is not put below what is already promised."""

    message = _("{party} already holds more places than {places}.")


class LimitsAreSettled(Refusal):
    """Limits belong to the terms of a published round."""

    message = _("The places of {year} are allotted; its budgets no longer change.")


@transaction.atomic
def set_pool(edition: Edition, code: str, *, name_en: str, name_fr: str = "", budget: int, by: Actor, at: datetime) -> Pool:
    """Set what a pool of an edition holds."""
    by.must(Permission.MANAGE_MENU)
    if Round.objects.filter(edition=edition, state="published").exists():
        raise LimitsAreSettled(year=str(edition))
    with refusing(pool_budgets_are_not_negative=BudgetIsNegative(pool=code)), transaction.atomic():
        pool, _made = Pool.objects.update_or_create(
            edition=edition, code=code, defaults={"name_en": name_en, "name_fr": name_fr, "budget": budget}
        )
    trail.record("pool.set", pool, by=by, at=at, budget=budget)
    return pool


@transaction.atomic
def set_cap(edition: Edition, party: Party, *, places_cap: int | None, away_cap: int | None, by: Actor, at: datetime) -> Cap:
    """Set how many places a party may hold in an edition, and how many of its people may be away in one week."""
    by.must(Permission.MANAGE_MENU)
    refusal = HoldsMoreAlready(party=party.name, places=places_cap)
    with refusing(party_never_holds_more_than_its_cap=refusal), transaction.atomic():
        cap, _made = Cap.objects.update_or_create(
            edition=edition, party=party, defaults={"places_cap": places_cap, "away_cap": away_cap}
        )
    trail.record("cap.set", cap, by=by, at=at, about=party.code, places_cap=places_cap, away_cap=away_cap)
    return cap
