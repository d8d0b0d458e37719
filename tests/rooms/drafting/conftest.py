"""What the tests of drafting share: browsers of the two sides, of another party, and of a reader."""

import pytest
from django.test import Client

from comity.accounts.rules import Role
from tests.world.cast import ARCADIA, HEADQUARTERS, LAKELAND, MERIDIA, person, the_world

PEOPLE = {
    "dora": (Role.DESK_OFFICER, HEADQUARTERS),
    "dan": (Role.DESK_OFFICER, HEADQUARTERS),
    "lena": (Role.POINT_OF_CONTACT, LAKELAND),
    "mira": (Role.POINT_OF_CONTACT, MERIDIA),
    "arno": (Role.POINT_OF_CONTACT, ARCADIA),
    "rita": (Role.AUDITOR, HEADQUARTERS),
}


@pytest.fixture
def at_desk(db):
    """A browser of somebody by name."""
    the_world()

    def browser(login: str) -> Client:
        role, of = PEOPLE[login]
        client = Client()
        client.force_login(person(login, role, of=of))
        client.get("/drafting/begin/")
        return client

    return browser


@pytest.fixture
def dora(at_desk) -> Client:
    """A desk officer's browser."""
    return at_desk("dora")


@pytest.fixture
def lena(at_desk) -> Client:
    """A browser of Lakeland's point of contact."""
    return at_desk("lena")
