"""What the tests of scenarios share: a year whose places were asked for, studies in it, somebody at a browser."""

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Edition
from comity.participation.models import Round
from comity.scenarios.acts import studies, working
from comity.scenarios.models import Study
from comity.scenarios.queries import scenario, waiting
from comity.scenarios.rules import Choice
from tests.world.cast import ARCADIA, HEADQUARTERS, LAKELAND, MENU_MANAGER, MERIDIA, person, the_world
from tests.world.requests import AFTER, activity, drawn_up, edition, everybody_asks, rule, submitted


@pytest.fixture
def year(db: None) -> Edition:
    """An edition whose deadline has passed: a course of ten seats that six ask for, and one that needs many people."""
    the_world()
    made = edition()
    everybody_asks(activity(made, 1, area="crisis management"))
    scarce = activity(made, 2, seats=2, area="cyber defence", pool="P1", place_cost=100)
    submitted(scarce, LAKELAND, places=2, priority=2, funding="wanted")
    submitted(scarce, MERIDIA, places=2, priority=1, funding="wanted")
    submitted(activity(made, 3, minimum=5), ARCADIA, places=2)
    return made


@pytest.fixture
def two(year: Edition) -> tuple[Round, Round]:
    """Two rounds of the year under different rules."""
    return drawn_up(year), drawn_up(year, rule("max-min"))


@pytest.fixture
def manager(client):
    """A browser of the menu manager."""
    client.force_login(person("menu", Role.MENU_MANAGER, of=HEADQUARTERS))
    client.get("/programmes/")
    return client


@pytest.fixture
def contact(client):
    """A browser of Lakeland's point of contact."""
    client.force_login(person("poc-lake", Role.POINT_OF_CONTACT, of=LAKELAND))
    client.get("/programmes/")
    return client


def ordered(year: Edition, *rules, choice: Choice = Choice(), **more) -> Study:
    """A study that was ordered."""
    return studies.order(year, rules=rules or [rule()], choice=choice, by=MENU_MANAGER, at=AFTER, **{"seed": 7, **more})


def worked_out(study: Study) -> Study:
    """The same study, worked out here."""
    working.gather(study, by=MENU_MANAGER, at=AFTER)
    for pk in waiting(study, seen_by=MENU_MANAGER):
        working.work_out(scenario(pk, seen_by=MENU_MANAGER), by=MENU_MANAGER, at=AFTER)
    study.refresh_from_db()
    return study
