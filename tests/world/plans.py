"""Builders for goals and plans: an area, goals of a party, a menu that meets them."""

from datetime import date
from typing import Any

from comity.activities.models import Activity, Edition, Term, Vocabulary
from comity.kernel.dates import PartialDate
from comity.plans.acts import limits
from comity.plans.models import Plan
from comity.programmes.acts import goals
from comity.programmes.models import Goal, Objective
from tests.world import menu
from tests.world.cast import LAKELAND, party
from tests.world.requests import ASKING, contact

CYBER = "cyber-defence"


def area(code: str = CYBER) -> Term:
    """A word of the vocabulary of areas."""
    words, _ = Vocabulary.objects.get_or_create(name="areas", version="test")
    return Term.objects.get_or_create(vocabulary=words, code=code, defaults={"en": code.replace("-", " ").capitalize()})[0]


def objective(of: str = LAKELAND, number: int = 1) -> Objective:
    """An objective of a party."""
    given = {"title_en": f"Objective {number}", "first_year": 2025, "last_year": 2032}
    return Objective.objects.get_or_create(party=party(of), number=number, defaults=given)[0]


def goal(of: str = LAKELAND, number: int = 1, **fields: Any) -> Goal:
    """A goal of a party: ten units of cyber defence by the end of 2028."""
    given = {
        "objective": objective(of), "number": number, "title_en": f"Goal {number}", "area": area(), "tier": "beginner", "units": 10,
        "deadline": PartialDate("2028"), "priority": 1,
    }  # fmt: skip
    given |= fields
    given["deadline"] = PartialDate.of(given["deadline"])
    return goals.set_goal(party(of), **given, by=contact(of), at=ASKING)


def course(year: Edition, number: int = 1, **fields: Any) -> Activity:
    """A course of cyber defence of five days, 1,000 euros a place, in an edition that is on offer."""
    first = date(year.pk, 1, 8)
    day = date.fromordinal(first.toordinal() - first.weekday() + 7 * (number % 50))
    given = {
        "number": f"XHQ.{number:04}.01", "title": f"Cyber course {number}", "area": CYBER, "seats": 50, "minimum": None,
        "open_to": [], "first_day": day, "last_day": date.fromordinal(day.toordinal() + 4), "place_cost": 1000,
    }  # fmt: skip
    return menu.activity(year, **{**given, **fields})


def plan(of: str = LAKELAND, **fields: Any) -> Plan:
    """A plan of a party from 2027 on, without limits unless told."""
    begun = limits.begin(party(of), first_year=2027, by=contact(of), at=ASKING)
    if fields:
        given = {"first_year": 2027, "years": 4, "budgets": [], "away_cap": None, "speakers": []}
        begun = limits.set_limits(begun, **{**given, **fields}, by=contact(of), at=ASKING)
    return begun
