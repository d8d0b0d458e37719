"""Builders for requests and rounds: an edition that takes requests, activities on offer, rules, baskets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from comity.accounts.rules import Role
from comity.activities.acts import editions
from comity.activities.models import Activity, Edition
from comity.kernel.tables import constraint_of
from comity.participation.acts import requests, rounds, rules
from comity.participation.acts.allocations import draw_up
from comity.participation.models import Request, Round, Rule
from comity.programmes.models import Objective
from tests.world.cast import ADMINISTRATOR, LAKELAND, MENU_MANAGER, NAMES, actor, party

YEAR = 2027
ASKING = datetime(2026, 9, 1, 9, tzinfo=UTC)
DEADLINE = datetime(2026, 10, 1, 15, tzinfo=UTC)
AFTER = DEADLINE + timedelta(hours=1)
PARAMETERS = {
    "rule": "weighted", "version": 1, "priority_weights": {"1": 100, "2": 30, "3": 10},
    "objective_bonus_percent": 10, "self_pay_percent": 60,
}  # fmt: skip


def edition(*, year: int = YEAR, zone: str = "Europe/Brussels", closing_at: datetime = DEADLINE, at: datetime = ASKING) -> Edition:
    """An edition of the menu that takes requests."""
    made = editions.plan(year, zone=zone, at=at, by=MENU_MANAGER)
    editions.open_contributions(made, at=at, by=MENU_MANAGER)
    editions.publish(made, at=at, by=MENU_MANAGER)
    return editions.open_requests(made, closing_at=closing_at, at=at, by=MENU_MANAGER)


def activity(year: Edition, number: int = 1, **fields: Any) -> Activity:
    """An approved activity of an edition; open to everybody unless it says otherwise."""
    day = fields.pop("day", date(year.pk, 3, 1) + timedelta(days=7 * (number % 40)))
    given = {
        "title": f"Course {number}", "kind": "course", "state": "approved", "seats": 10, "contributed_at": ASKING,
        "offered_at": ASKING, "offered_by": "x", "decided_at": ASKING, "decided_by": "x", "starts": day,
        "ends": day + timedelta(days=4),
        "first_day": day, "last_day": day + timedelta(days=4), "begins_by": day, "month": day.month,
    }  # fmt: skip
    return Activity.objects.create(edition=year, number=f"XHQ.{number:04}.01", **{**given, **fields})


def rule(kind: str = "weighted", version: int = 1, **parameters: Any) -> Rule:
    """A published rule."""
    told = {**PARAMETERS, "rule": kind, "version": version, **parameters}
    texts = {"title_en": kind.title(), "title_fr": kind.title(), "text_en": f"The rule {kind}.", "text_fr": f"La règle {kind}."}
    return rules.publish(
        {"name": kind, "version": version, "kind": kind, "parameters": told, **texts}, by=ADMINISTRATOR, at=ASKING
    )[0]


def objective(of: str = LAKELAND, number: int = 1, **fields: Any) -> Objective:
    """An objective of a party."""
    return Objective.objects.create(
        party=party(of), number=number, **{"title_en": f"Objective {number}", "first_year": 2025, "last_year": 2028, **fields}
    )


def contact(of: str = LAKELAND) -> Any:
    """The point of contact of a party."""
    return actor(Role.POINT_OF_CONTACT, of=of, login=f"poc-{of.lower()}")


def submitted(what: Activity, of: str = LAKELAND, **fields: Any) -> Request:
    """A request handed in well before the deadline."""
    party(of)
    made = requests.ask(what, by=contact(of), at=ASKING, **fields)
    return requests.submit(made, by=contact(of), at=ASKING)


def drawn_up(year: Edition, under: Rule | None = None, *, simulation: bool = False, seed: int = 7, at: datetime = AFTER) -> Round:
    """A round ordered and drawn up after the deadline."""
    made = rounds.order(year, rule=under or rule(), simulation=simulation, seed=seed, by=MENU_MANAGER, at=at)
    return draw_up(made, at=at, by=MENU_MANAGER)


@contextmanager
def breaking(law: str) -> Iterator[None]:
    """Expect the database to refuse, by the name of a law."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        yield
    assert constraint_of(refused.value) == law


def everybody_asks(what: Activity, places: int = 3) -> list[Request]:
    """Each country of the cast asks for places at one activity."""
    return [submitted(what, code, places=places) for code in NAMES]
