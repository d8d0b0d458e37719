"""What the pages keep between acts is never older than the last act, whoever did it."""

import pytest
from django.db import connection
from django.test import Client

from comity.activities.acts import activities
from comity.activities.models import Activity
from tests.rooms.activities.test_pages import facet, found
from tests.world import cast, menu

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader() -> Client:
    """Somebody who has seen the menu of one course before."""
    cast.the_world()
    menu.activity(menu.edition(), title="Cyber defence for staff officers", area="CDF")
    client = Client()
    found(client, "?q=cybr")
    facet(client, "kind")
    return client


def test_counts_follow_the_next_act(reader: Client) -> None:
    shown = Activity.objects.get()
    before = facet(reader, "kind")
    activities.retire(shown, reason="Not held.", at=menu.LONG_AGO, by=cast.MENU_MANAGER)

    assert (sum(before.values()), facet(reader, "kind")) == (1, {})


def test_a_misspelt_word_is_still_taken_as_nearly_spelt_on_a_connection_that_never_asked(reader: Client) -> None:
    connection.close()

    assert found(reader, "?q=cybr") == {"Cyber defence for staff officers"}


def test_the_answer_for_one_reader_is_not_given_to_another(reader: Client) -> None:
    menu.activity(Activity.objects.get().edition, number="XLA.0002.01", state="offered", contributed_by_id=cast.LAKELAND)
    contact = Client()
    contact.force_login(cast.person("lake", cast.Role.POINT_OF_CONTACT, of=cast.LAKELAND))

    assert sum(facet(reader, "kind").values()) == 1
    assert sum(facet(contact, "kind").values()) == 2
    assert sum(facet(reader, "kind").values()) == 1
