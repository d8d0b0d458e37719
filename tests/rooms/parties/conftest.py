"""Who stands before the pages of people: somebody who manages accounts, and a point of contact."""

import pytest
from django.test import Client

from comity.accounts.models import User
from comity.accounts.rules import Role
from tests.world import cast


@pytest.fixture
def boss(client: Client) -> User:
    user = cast.person("boss", Role.ADMINISTRATOR, of=cast.HEADQUARTERS, name="Bea Boss", zone="UTC")
    client.force_login(user)
    return user


@pytest.fixture
def mara() -> User:
    return cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND, name="Mara Élan", zone="UTC")
