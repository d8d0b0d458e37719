"""The whole year as its people play it, in a real browser, after every other journey since it closes requests.

Bring in, ask, draw up, publish, read why, look at the map.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.faces.conftest import Reader

pytestmark = pytest.mark.journey
REAL_ACTIVITIES = Path(__file__).parent.parent / "rooms" / "activities" / "sheets" / "field_activities.csv"
OVER_ASKED = "BEL.0054.01"
RUN_BY_THE_CENTRE = "CHE.0019.01"


def test_a_year_from_the_sheet_to_the_reason(arrive: Callable[..., Reader]) -> None:
    manager, moldova, georgia = arrive("menu"), arrive("poc-mda"), arrive("poc-geo")

    bring_in_a_sheet(manager)
    for contact, places in ((moldova, "2"), (georgia, "3")):
        ask_for_places(contact, OVER_ASKED, places)
    ask_for_places(moldova, RUN_BY_THE_CENTRE, "2")
    close_requests_now(manager)
    draw_up_and_publish(manager)

    assert_the_reason_is_told(moldova)
    assert_the_reason_is_told(georgia)


def test_the_map_and_the_list_move_together(arrive: Callable[..., Reader]) -> None:
    stranger = arrive()
    stranger.goes_to("/parties/")
    poland = stranger.page.locator("[data-party=POL] path")
    today = poland.get_attribute("class")

    slider = stranger.page.locator("input[type=range]")
    slider.evaluate("(range) => { range.value = range.min; range.dispatchEvent(new Event('input', {bubbles: true})); }")
    expect(poland).not_to_have_attribute("class", today or "")
    slider.dispatch_event("change")

    expect(stranger.page).to_have_url(re.compile("on=1949"))
    expect(stranger.page.locator("main")).to_contain_text("1949")


def test_old_dates_are_right_on_the_map_and_in_the_list(arrive: Callable[..., Reader]) -> None:
    stranger = arrive()

    stranger.goes_to("/frameworks/NACC/?on=1993-06-01")
    expect(stranger.page.locator("main")).to_contain_text("Poland")
    stranger.goes_to("/frameworks/PFP/?on=2000-01-01")
    expect(stranger.page.locator("#members").get_by_role("link", name="Malta", exact=True)).to_have_count(0)
    stranger.goes_to("/frameworks/PFP/?on=2008-04-03")
    expect(stranger.page.locator("#members").get_by_role("link", name="Malta", exact=True)).to_have_count(1)


def bring_in_a_sheet(manager: Reader) -> None:
    """The menu manager hands in the real activities, looks at what would change, applies and approves it."""
    manager.goes_to("/menu/2027/import/")
    manager.page.locator("input[type=file]").set_input_files(REAL_ACTIVITIES)
    manager.page.get_by_role("button", name="Show what it would change").click()
    expect(manager.page.get_by_role("button", name="Apply: 152 new, 0 changed")).to_be_visible()
    manager.page.get_by_label("and approve what is new").check()
    manager.page.get_by_role("button", name="Apply: 152 new, 0 changed").click()
    manager.goes_to("/menu/2027/")
    expect(manager.page.locator("main")).to_contain_text("1,552")


def ask_for_places(contact: Reader, number: str, places: str) -> None:
    """A point of contact opens an activity and asks for places at it."""
    contact.goes_to(f"/menu/2027/{number}/ask/")
    contact.page.get_by_label("Places").fill(places)
    contact.page.get_by_label("Priority").select_option("1")
    contact.page.get_by_role("button", name="Submit").click()
    contact.goes_to(f"/requests/?q={number}")
    expect(contact.page.locator("main")).to_contain_text(number)


def close_requests_now(manager: Reader) -> None:
    """The menu manager brings the deadline forward to this moment, with a reason."""
    manager.goes_to("/menu/2027/manage/")
    manager.page.get_by_label("Reason").last.fill("The journey cannot wait until January.")
    manager.page.get_by_role("button", name="Close requests now").click()
    expect(manager.page.locator("main")).to_contain_text("requests closed")


def draw_up_and_publish(manager: Reader) -> None:
    """The menu manager orders a round, watches it being drawn up, and publishes it."""
    manager.goes_to("/rounds/")
    manager.page.get_by_role("button", name="Order the round").click()
    publish = manager.page.get_by_role("button", name=re.compile("^Publish")).first
    publish.or_(manager.page.locator("summary", has_text="Publish")).first.wait_for(timeout=120_000)
    manager.page.locator("summary", has_text="Publish").first.click()
    manager.page.get_by_role("button", name=re.compile("^(Publish|Yes)")).last.click()
    expect(manager.page.locator("main")).to_contain_text("published", ignore_case=True)


def assert_the_reason_is_told(contact: Reader) -> None:
    """A contact finds the own line with a reason, in English and in French, and nobody else's."""
    contact.goes_to("/rounds/")
    contact.page.get_by_role("link", name=re.compile("^Round 1")).first.click()
    contact.page.goto(f"{contact.page.url}?q={OVER_ASKED}")
    line = contact.page.locator("tr", has_text=OVER_ASKED)
    expect(line).to_have_count(1)
    english = line.locator(".why").inner_text()
    contact.page.context.add_cookies([{"name": "comity_language", "value": "fr", "url": contact.address}])
    contact.page.reload()
    french = contact.page.locator("tr", has_text=OVER_ASKED).locator(".why").inner_text()
    assert english
    assert french
    assert english != french
