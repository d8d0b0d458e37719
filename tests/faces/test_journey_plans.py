"""Years ahead, as a point of contact plans them, and rules side by side, as the menu manager compares them: in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.faces.conftest import Reader

pytestmark = pytest.mark.journey
PLAN = "/programmes/plans/GEO/"
AT_ONCE = {"timeout": 20_000}
AT_WORK = {"timeout": 120_000}


def test_from_a_goal_to_the_basket(arrive: Callable[..., Reader]) -> None:
    contact = arrive("poc-geo")

    set_a_goal(contact, "Speak for logistics")
    draft_the_plan(contact)
    move_a_line_see_what_breaks_and_undo(contact)
    send_the_year_into_the_basket_and_take_it_out_again(contact)


def test_two_rules_are_compared_on_the_same_requests(arrive: Callable[..., Reader]) -> None:
    manager = arrive("menu")

    manager.goes_to("/scenarios/order/?year=2027")
    rules = manager.page.get_by_role("group", name="Rules").get_by_role("checkbox")
    for at in range(2):
        rules.nth(at).check()
    expect(manager.page.locator("#preview")).to_contain_text("2 scenarios will be worked out.")
    manager.page.get_by_role("button", name="Order the study").click()
    chosen = manager.page.locator("input[name=scenario]")
    expect(chosen).to_have_count(2, **AT_WORK)
    expect(chosen.nth(1)).to_be_checked()
    manager.page.get_by_role("button", name="Compare the chosen").click()

    expect(manager.page.locator("main")).to_contain_text("Who gains and who loses")
    expect(manager.page.locator("main")).to_contain_text("scenario 2")


def set_a_goal(contact: Reader, title: str) -> None:
    """A point of contact says what is to be reached, in which area, how much of it and by when."""
    page = contact.page
    contact.goes_to("/programmes/goals/")
    page.get_by_role("link", name="Set a goal").first.click()
    page.get_by_label("Title in English").fill(title)
    for label in ("Objective it serves", "Area"):
        page.get_by_label(label, exact=True).select_option(index=1)
    page.get_by_label("Units").fill("25")
    page.get_by_label("Deadline").fill("2029")
    page.get_by_role("button", name="Set the goal").click()
    expect(page.locator("main")).to_contain_text(title)


def draft_the_plan(contact: Reader) -> None:
    """The plan is drafted anew for the goals as they now are; a job proves it while the page waits."""
    page = contact.page
    idle(contact)
    page.locator("summary", has_text="Draft from nothing").click()
    page.get_by_role("button", name="Draft a plan").click()
    expect(page.locator("#goals")).to_contain_text("Speak for logistics")
    expect(page.locator("#goals")).to_contain_text("Proved in", **AT_WORK)


def move_a_line_see_what_breaks_and_undo(contact: Reader) -> None:
    """One line is sent more people by hand until something breaks: that is said, nothing is refused, and undoing mends it."""
    page = contact.page
    page.locator("details.chapter > summary").first.click()
    number = page.locator("details.chapter[open] tbody th small").first.inner_text()
    line = page.locator("details.chapter[open] tbody tr", has_text=number)
    people = line.locator("td.num").first
    stood = line.inner_text()
    before = sent = int(people.inner_text())
    while not page.locator("#breaks", has_text=number).count():
        sent += 1
        line.get_by_role("button", name=re.compile("^One person more to ")).click()
        expect(people).to_have_text(str(sent), **AT_ONCE)
    expect(page.locator("#breaks")).to_contain_text("places are likely")
    expect(line).to_contain_text("Fixed by hand")

    for undone in range(1, sent - before + 1):
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#steps li.quiet")).to_have_count(undone, **AT_ONCE)

    assert line.inner_text() == stood
    expect(page.locator("#breaks", has_text=number)).to_have_count(0)


def send_the_year_into_the_basket_and_take_it_out_again(contact: Reader) -> None:
    """The year's part comes into the basket as a difference: looked at, applied as one, undone as one."""
    page = contact.page
    page.get_by_role("button", name="Send 2027 into the basket").click()
    expect(page.locator("main")).to_contain_text("Nothing has changed yet.")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("Applied on")
    contact.page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Undone on")


def idle(contact: Reader) -> None:
    """Wait on the page of the plan until the planner works on nothing."""
    contact.goes_to(PLAN)
    expect(contact.page.locator("#progress")).to_have_count(0, **AT_WORK)
