"""What is asked for beside the rows of the menu: the demand for the staff, the own requests for a delegation, each only theirs."""

import pytest

from comity.accounts.rules import Role
from comity.kernel.actors import STRANGER
from comity.kernel.faces import say
from comity.participation.acts import requests
from comity.participation.queries.beside import asked
from tests.world.cast import AUDITOR, LAKE_CONTACT, LAKELAND, MERIDIA, MERIDIA_CONTACT, PROVIDER, person, the_world
from tests.world.pages import readable
from tests.world.requests import AFTER, ASKING, activity, edition, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def menu():
    """Two activities of a year: one that Lakeland and Meridia asked for, one that nobody did."""
    the_world()
    year = edition(closing_at=AFTER.replace(year=2099))
    first, second = activity(year, 1, seats=4), activity(year, 2)
    submitted(first, LAKELAND, places=2)
    submitted(first, MERIDIA, places=3)
    return [first, second]


def said(menu, who):
    """The head of the column and its cells in words."""
    column = asked(menu, who)
    return column and (say(column.head), {pk: say(cell.words) for pk, cell in column.cells.items()})


def test_the_staff_sees_the_places_that_all_ask_for(menu):
    assert said(menu, AUDITOR) == ("Demand", {menu[0].pk: "5 asked for"})
    assert asked(menu, AUDITOR).cells[menu[0].pk][1:] == (5, 4)


@pytest.mark.fault("F3", "F7")
def test_a_delegation_sees_how_its_own_requests_stand_and_no_other(menu):
    requests.ask(menu[1], places=None, by=MERIDIA_CONTACT, at=ASKING)

    assert said(menu, LAKE_CONTACT) == ("Ours", {menu[0].pk: "Submitted: 2"})
    assert said(menu, MERIDIA_CONTACT) == ("Ours", {menu[0].pk: "Submitted: 3", menu[1].pk: "Draft"})


@pytest.mark.parametrize("who", [STRANGER, PROVIDER])
def test_whoever_does_not_ask_sees_no_column(menu, who):
    assert asked(menu, who) is None


@pytest.mark.fault("F24")
def test_it_takes_one_query(menu, django_assert_num_queries):
    for who in (AUDITOR, LAKE_CONTACT):
        with django_assert_num_queries(1):
            asked(menu, who)


def test_it_stands_on_the_pages_of_the_menu(menu, client):
    assert "Ours" not in readable(client.get("/menu/2027/"))
    client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))

    assert "Submitted: 2" in client.get("/menu/2027/").content.decode()
    assert "Submitted: 2" in client.get("/menu/2027/XHQ.0001.01/").content.decode()
    asking = client.get("/menu/2027/XHQ.0001.01/ask/").content.decode()
    assert "2 places, priority 2" in asking
    assert "Submitted" in asking
