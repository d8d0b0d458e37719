"""What tests of the menu share: an edition taking contributions, and people who sign in."""

import pytest
from django.test import Client

from comity.accounts.rules import Role
from tests.world import cast, menu


@pytest.fixture
def world(db):
    return cast.the_world()


@pytest.fixture
def call(world):
    """An edition open for contributions."""
    return menu.edition(state="open_for_contributions")


@pytest.fixture
def signed_in(world):
    """A browser in which somebody with a role in a delegation has signed in."""

    def sign_in(role: Role, of: str) -> Client:
        client = Client()
        client.force_login(cast.person(f"{role}-{of}".lower().replace("_", "-"), role, of=of))
        return client

    return sign_in


@pytest.fixture
def manager(signed_in):
    return signed_in(Role.MENU_MANAGER, cast.HEADQUARTERS)


@pytest.fixture
def contact(signed_in):
    return signed_in(Role.POINT_OF_CONTACT, cast.LAKELAND)
