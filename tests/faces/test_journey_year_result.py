"""From a granted seat to a certificate and a report, in a real browser: the second half of the year, after the first.

Name, endorse, put forward, accept; see what moving the activity breaks and move it to today; mark who came on a phone; certify;
answer without an account; report, approve, read.
"""

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.faces.conftest import Reader
from tests.faces.test_journey_year import RUN_BY_THE_CENTRE, ask_for_places, close_requests_now, draw_up_and_publish

pytestmark = pytest.mark.journey
COURSE = RUN_BY_THE_CENTRE
ANA, VLAD = ("Ana", "Pădure"), ("Vlad", "Izvor")
PHONE = {"viewport": {"width": 390, "height": 844}}
AT_WORK = {"timeout": 60_000}


def test_from_a_seat_to_a_certificate_and_a_report(arrive: Callable[..., Reader]) -> None:
    contact, head, centre, manager = arrive("poc-mda"), arrive("head-mda"), arrive("provider"), arrive("menu")
    the_year_is_allotted(manager, contact)

    name_candidates(contact)
    for reader, deed, state in (
        (head, "Endorse", "Endorsed"),
        (contact, "Put forward", "Put forward"),
        (centre, "Accept", "Accepted"),
    ):
        do_with_all(reader, deed, state)
    see_what_it_breaks_and_move_to_today(manager)
    issue_joining_instructions(centre)
    mark_who_came(arrive("provider", **PHONE))
    code = certify(centre)
    anybody_checks(arrive(), code)
    answer_without_an_account(contact, arrive("", **PHONE))
    report_and_approve(centre, manager)

    the_delegation_reads_the_report(contact)
    the_delegation_sees_who_read_its_people(contact)


def the_year_is_allotted(manager: Reader, contact: Reader) -> None:
    """The first half of the year, where it was not played yet."""
    manager.goes_to("/menu/2027/manage/")
    if manager.page.get_by_role("button", name="Close requests now").count():
        ask_for_places(contact, COURSE, "2")
        close_requests_now(manager)
        draw_up_and_publish(manager)


def name_candidates(contact: Reader) -> None:
    """The point of contact names two people for the two seats; a weak profile would be told."""
    for given, family in (ANA, VLAD):
        contact.goes_to(f"/nominations/{COURSE}/")
        contact.page.get_by_role("link", name="Name a candidate").click()
        form = contact.page.locator("form", has=contact.page.locator("input[value=new]"))
        form.get_by_label("Family name").fill(family)
        form.get_by_label("Given name").fill(given)
        form.get_by_label("Rank").select_option("OF-2")
        form.get_by_label("English").fill("3-3-3-3")
        form.get_by_role("button", name="Name").click()
        expect(contact.page.locator("#list")).to_contain_text(family)


def do_with_all(reader: Reader, deed: str, state: str) -> None:
    """Choose everybody, look at what would happen, do it."""
    reader.goes_to(f"/nominations/{COURSE}/")
    boxes = reader.page.locator("#list tbody input[type=checkbox]")
    expect(boxes).to_have_count(2)
    for at in range(2):
        boxes.nth(at).check()
    reader.page.locator("#chosen").get_by_role("button", name=deed, exact=True).click()
    expect(reader.page.locator("main")).to_contain_text("Nothing has changed yet")
    reader.page.locator("main").get_by_role("button", name=deed, exact=True).click()
    expect(reader.page.locator("#list tbody tr", has_text=state)).to_have_count(2)


def see_what_it_breaks_and_move_to_today(manager: Reader) -> None:
    """The manager of the menu sees whom a move touches, then makes it by typing how many lines that are."""
    today = datetime.now(ZoneInfo("Europe/Zurich")).date().isoformat()
    manager.goes_to(f"/changes/new/?activity={COURSE}&deed=move")
    form = manager.page.locator("#move form")
    form.get_by_label("New first day").fill(today)
    form.get_by_label("New last day").fill(today)
    form.get_by_label("Reason").fill("The journey cannot wait until July.")
    form.get_by_role("button", name="Show what this breaks").click()
    told = manager.page.locator("main")
    expect(told).to_contain_text("Republic of Moldova")
    found = re.search(r"The list has (\d+) lines", told.inner_text())
    assert found
    manager.page.get_by_label("Number of lines").fill(found[1])
    manager.page.get_by_role("button", name="Move", exact=True).click()
    expect(told).to_contain_text("The change is made", **AT_WORK)


def issue_joining_instructions(centre: Reader) -> None:
    """The centre issues the proposed text, whose placeholders are filled for each participant."""
    centre.goes_to(f"/attendance/{COURSE}/instructions/")
    centre.page.get_by_role("button", name="Keep as a new version").click()
    centre.page.locator("#issue").get_by_role("button", name="Send").click()
    expect(centre.page.locator("main")).to_contain_text("2 / 2")


def mark_who_came(phone: Reader) -> None:
    """One tap for each person on a phone, then the sheet is closed."""
    phone.goes_to(f"/attendance/{COURSE}/")
    for family in (ANA[1], VLAD[1]):
        cell = phone.page.locator("tr", has_text=family).get_by_role("button", name="Present").first
        cell.click()
        expect(phone.page.locator("tr", has_text=family).locator("[aria-pressed=true]").first).to_be_visible()
    # Once everybody is decided the way to close the sheet appears by itself.
    phone.page.locator("summary", has_text="Close the sheet").click()
    phone.page.get_by_role("button", name="Close the sheet").click()
    expect(phone.page.locator("main")).to_contain_text("everybody is settled")


def certify(centre: Reader) -> str:
    """Certificates are issued for those who came; the address at which one is checked."""
    centre.goes_to(f"/attendance/{COURSE}/certificates/")
    centre.page.locator("summary", has_text="Issue certificates").click()
    centre.page.get_by_role("button", name="Issue certificates").click()
    row = centre.page.locator("tr", has_text=ANA[1])
    paper = row.get_by_role("link", name="PDF").get_attribute("href")
    assert centre.page.request.get(f"{centre.address}{paper}").body().startswith(b"%PDF")
    code = row.get_by_role("link", name="Check").get_attribute("href")
    assert code
    return code


def anybody_checks(stranger: Reader, address: str) -> None:
    """Whoever holds a certificate can have it and its name confirmed; a wrong code tells nothing."""
    stranger.goes_to(address)
    expect(stranger.page.locator("main")).to_contain_text("In force")
    expect(stranger.page.locator("main")).not_to_contain_text(ANA[1])
    stranger.page.get_by_label("Name on the certificate").fill("ana padure")
    stranger.page.get_by_role("button", name="Confirm the name").click()
    expect(stranger.page.locator("main")).to_contain_text("it is in this name")
    assert stranger.goes_to("/certificates/AAAA-AAAA-AAAA-AAAA/") == 404


def answer_without_an_account(contact: Reader, participant: Reader) -> None:
    """A participant answers with the link that the delegation hands out; it takes one answer."""
    contact.goes_to(f"/feedback/{COURSE}/links/")
    contact.page.get_by_role("button", name="Show the links").click()
    link = re.search(r"/feedback/[\w-]{40,}/", contact.page.locator("main").inner_text())
    assert link
    participant.goes_to(link[0])
    for question in participant.page.get_by_role("group").all():
        question.get_by_role("radio").last.check()
    participant.page.get_by_role("button", name="Send the answer").click()
    expect(participant.page.locator("main")).to_contain_text("Thank you", ignore_case=True)


def report_and_approve(centre: Reader, manager: Reader) -> None:
    """The provider reports, the organisation approves, the delegations that were there can read it."""
    centre.goes_to(f"/feedback/{COURSE}/report/")
    centre.page.get_by_label("Summary").fill("Two people of Moldova came and passed on what they learned.")
    centre.page.get_by_role("button", name="Keep the draft").click()
    press(centre, "Hand in")
    manager.goes_to("/")
    # The other one is that of the demonstration.
    expect(manager.page.locator("#tasks")).to_contain_text("Reports to approve: 2")
    manager.goes_to(f"/feedback/{COURSE}/report/")
    press(manager, "Approve")


def press(reader: Reader, label: str) -> None:
    """A button that asks once more before it does what it says."""
    main = reader.page.locator("main")
    summary = main.locator("summary", has_text=label)
    if summary.count():
        summary.first.click()
    main.get_by_role("button", name=re.compile(f"^{label}")).last.click()
    reader.page.wait_for_load_state()


def the_delegation_reads_the_report(contact: Reader) -> None:
    """Once approved, the report goes to the delegations whose people came: a job does it."""
    for _attempt in range(60):
        if contact.goes_to(f"/feedback/{COURSE}/report/") == 200:
            break
        contact.page.wait_for_timeout(1_000)
    expect(contact.page.locator("main")).to_contain_text("Two people of Moldova")


def the_delegation_sees_who_read_its_people(contact: Reader) -> None:
    """Every opening of names by the centre is told to the delegation whose people they are."""
    contact.goes_to("/nominations/readings/")
    expect(contact.page.locator("main")).to_contain_text("XDTC")
