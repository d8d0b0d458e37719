"""The builders that other tests stand on."""

import pytest

from comity.activities.models import LINE, Activity
from tests.world import menu

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", LINE)
def test_an_edition_is_built_in_any_state(state):
    assert menu.edition(state=state).state == state


@pytest.mark.parametrize("state", ["draft", "offered", "approved", "returned", "retired"])
def test_an_activity_is_built_in_any_state(state):
    built = menu.activity(menu.edition(), state=state)

    assert Activity.objects.get(number="XLA.0001.01") == built
    assert built.first_day == Activity.objects.get().starts.earliest
