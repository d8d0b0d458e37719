"""Pages of the menu for whoever reads it."""

import pytest
from django.test import Client

from tests.world import menu

pytestmark = pytest.mark.django_db


def test_the_menu_is_found_under_its_short_address(world):
    menu.edition()

    assert Client().get("/menu/").headers["Location"] == "/menu/2027/"


def test_every_page_of_the_menu_answers(manager, world):
    edition = menu.edition()
    shown = menu.activity(edition)
    menu.part(shown)
    for address in (
        "/menu/2027/",
        "/menu/2027/?view=calendar&at=2027-03",
        "/menu/2027/?q=offcer",
        "/menu/2027/XLA.0001.01/",
        "/menu/2027/manage/",
        "/menu/2027/contribute/",
        "/menu/2027/import/",
        "/menu/2027/XLA.0001.01/edit/",
        "/menu/2027.ics",
        "/menu/2027/export.csv",
        "/menu/2027/export.xlsx",
        "/menu/2027/export.ics",
    ):
        assert manager.get(address).status_code == 200, address
