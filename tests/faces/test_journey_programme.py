"""A programme from its template to the frozen text, written, broken, amended, agreed and signed in a real browser.

The second round under silence is short, to the second; a job settles it while keys are made and versions compared.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.faces.conftest import Reader

pytestmark = pytest.mark.journey
EDITION = "2031–2034"
TITLE = re.compile(f"Individually Tailored Partnership Programme {EDITION}")
FIRST = "The two sides meet once a year at the level of ambassadors."
WORDED = "The two sides meet once a year at the level of ambassadors, in spring."
AMENDED = "The two sides meet twice a year at the level of ambassadors, in spring."
SECOND = "The partner trains instructors of its own."
OTHERWISE = "The partner trains instructors of its own, with the help of Allies."
THIRD = "Progress is told once a year by both sides."
FOR_BOTH = "Who pays for their travel?"
INTERNAL = "The ministry has not seen this yet."
BROKEN_FOR = "Our parliament asks for two meetings a year."
PASSPHRASE = "a passphrase for this journey"
AT_ONCE = {"timeout": 20_000}
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.mark.fault("F3", "F18", "F19", "F20")
def test_a_programme_from_the_template_to_the_frozen_text(arrive: Callable[..., Reader], tmp_path: Path) -> None:
    desk, contact, head = arrive("desk"), arrive("poc-mda"), arrive("head-mda")
    ally, chief = arrive("poc-est"), arrive("admin")

    programme = open_a_programme(desk)
    text = add_clauses(desk)
    write_for_the_partner(contact, text)
    settle_what_is_open(desk, contact, text)
    agreement = make_a_version_and_offer_it(desk, text, 1)
    endorse(head, agreement)
    circulate(desk, agreement, timedelta(days=10))
    break_silence(ally, agreement)
    assert_silence_was_broken(desk, contact, agreement)
    amend(desk, contact, text)
    agreement = offer(desk, 2)
    endorse(head, agreement)
    circulate(desk, agreement, timedelta(seconds=10))
    for side in (head, chief):
        make_a_key(side)
    assert_versions_differ_by_words(contact, text)
    wait_until_silence_has_held(desk, agreement)
    for side in (head, chief):
        sign(side, agreement)

    assert_it_is_in_force(contact, programme)
    assert_the_files_prove_it(contact, agreement, tmp_path)


def open_a_programme(desk: Reader) -> str:
    """The desk opens a new edition of the partner's programme. The programme's address."""
    page = desk.page
    desk.goes_to("/programmes/?party=MDA")
    page.get_by_role("link", name="Open a programme of").click()
    form = page.locator("form[method=post]", has=page.get_by_label("Edition"))
    form.get_by_label("Type").select_option("ITPP")
    form.get_by_label("Edition").fill(EDITION)
    form.get_by_label("Begins").fill("2031")
    form.get_by_label("Ends").fill("2034")
    page.get_by_role("button", name="Open the programme").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(EDITION)
    return page.url.removeprefix(desk.address)


def add_clauses(desk: Reader) -> str:
    """The desk opens the text, which has the chapters of the template, adds clauses and passes the turn. The text's address."""
    page = desk.page
    page.locator("#way").get_by_role("link", name="Text").click()
    chapters = page.get_by_role("navigation", name="Chapters").get_by_role("link")
    expect(chapters).to_have_count(3)
    text = page.url.removeprefix(desk.address)
    for words in (FIRST, SECOND):
        add_a_clause(desk, words)
    chapters.nth(1).click()
    add_a_clause(desk, THIRD)
    pass_the_turn(desk)
    return text


def write_for_the_partner(contact: Reader, text: str) -> None:
    """The contact words one clause anew, wants other words in another, speaks of it to both sides and to the own, and passes on."""
    page = contact.page
    contact.goes_to("/drafting/?court=yours")
    page.get_by_role("link", name=TITLE).click()
    edit(contact, "1.1").get_by_label("Words of the clause").fill(WORDED)
    expect(clause(contact, "1.1")).to_contain_text("Saved", **AT_ONCE)

    contact.goes_to("/")
    contact.goes_to(text)
    expect(clause(contact, "1.1")).to_contain_text("Your draft")
    opened = edit(contact, "1.1")
    expect(opened.get_by_label("Words of the clause")).to_have_value(WORDED)
    opened.get_by_role("button", name="Put forward").click()
    expect(clause(contact, "1.1").locator(".body").first).to_have_text(WORDED)

    opened = edit(contact, "1.2")
    for words, whom in ((FOR_BOTH, "for both sides"), (INTERNAL, "for our side alone")):
        opened.get_by_label("Your comment").fill(words)
        opened.get_by_label(whom).check()
        opened.get_by_role("button", name="Comment").click()
        expect(opened.locator(".comments")).to_contain_text(words)
    opened.locator("summary", has_text="Put in brackets").click()
    opened.get_by_label("What our side would have instead").fill(OTHERWISE)
    opened.get_by_role("button", name="Put in brackets").click()
    expect(clause(contact, "1.2")).to_contain_text(f"[{OTHERWISE}]")
    contact.goes_to(text)
    page.get_by_role("navigation", name="Chapters").get_by_role("link").nth(1).click()
    clause(contact, "2.1").get_by_role("button", name="Agree to clause 2.1").click()
    expect(page.locator("#toc")).to_contain_text("1 of 1 agreed")
    pass_the_turn(contact)


def settle_what_is_open(desk: Reader, contact: Reader, text: str) -> None:
    """The desk reads what is meant for it, settles the brackets and agrees; the contact agrees to what came of it."""
    desk.goes_to(text)
    second = clause(desk, "1.2")
    expect(second).to_contain_text("Moldova would have instead")
    expect(second).to_contain_text("1 comment")
    opened = edit(desk, "1.2")
    expect(opened).to_contain_text(FOR_BOTH)
    expect(opened).not_to_contain_text(INTERNAL)
    opened.locator("summary", has_text="Settle the brackets").click()
    opened.get_by_role("button", name="Settle", exact=True).click()
    expect(clause(desk, "1.2").locator(".brackets")).to_have_count(0)
    clause(desk, "1.1").get_by_role("button", name="Agree to clause 1.1").click()
    expect(clause(desk, "1.1").get_by_role("button", name="Agree to clause 1.1")).to_have_count(0)
    pass_the_turn(desk)

    contact.goes_to(text)
    contact.page.once("dialog", lambda dialog: dialog.accept())
    contact.page.get_by_role("button", name="Agree to all of them").click()
    expect(contact.page.locator("#toc")).to_contain_text("2 of 2 agreed")
    expect(clause(contact, "1.2").locator(".body").first).to_have_text(OTHERWISE)


def make_a_version_and_offer_it(desk: Reader, text: str, number: int) -> str:
    """The desk makes a version of the text as it stands and offers it. The agreement's address."""
    desk.goes_to(f"{text}versions/")
    desk.page.get_by_role("button", name="Make a version of the text as it stands").click()
    expect(desk.page.get_by_role("link", name=f"Version {number}", exact=True)).to_be_visible()
    return offer(desk, number)


def offer(desk: Reader, number: int) -> str:
    """The desk offers the newest version for agreement. The agreement's address."""
    page = desk.page
    desk.goes_to("/agreements/")
    choice = page.get_by_label("Version")
    wanted = choice.locator("option", has_text=EDITION)
    expect(wanted).to_contain_text(f"version {number}")
    choice.select_option(wanted.get_attribute("value"))
    page.get_by_role("button", name="Offer for agreement").click()
    expect(page.locator("#way")).to_be_visible()
    return page.url.removeprefix(desk.address)


def endorse(head: Reader, agreement: str) -> None:
    """The head of delegation says which body of the country endorsed the version, and when."""
    head.goes_to(agreement)
    said = asked(head, "Endorse")
    said.get_by_label("Body that endorsed it").fill("Government")
    said.get_by_label("When").fill(str(datetime.now(UTC).date()))
    said.get_by_role("button", name="Endorse").click()
    expect(head.page.locator("#way")).to_contain_text("Government")


def circulate(desk: Reader, agreement: str, lasting: timedelta) -> None:
    """The desk puts the version before the Allies, under silence that ends after a while."""
    desk.goes_to(agreement)
    said = asked(desk, "Circulate under silence")
    said.get_by_label("Silence until").fill(f"{datetime.now(BRUSSELS) + lasting:%Y-%m-%dT%H:%M:%S}")
    said.get_by_role("button", name="Circulate under silence").click()
    expect(desk.page.get_by_role("heading", name="Silence procedure")).to_be_visible()


def break_silence(ally: Reader, agreement: str) -> None:
    """An Ally reads the deadline on the clock of its own capital, and breaks silence with a reason."""
    ally.goes_to(agreement)
    own = ally.page.get_by_role("row", name="Estonia")
    expect(own).to_contain_text("Tallinn")
    said = asked(ally, "Break silence")
    said.get_by_label("Reason").fill(BROKEN_FOR)
    said.get_by_role("button", name="Break silence").click()
    expect(ally.page.locator("main")).to_contain_text("Silence is broken: the text is drafted again.")


def assert_silence_was_broken(desk: Reader, contact: Reader, agreement: str) -> None:
    """Both sides see that silence was broken; the staff are told by whom and why, the partner is not."""
    for reader in (desk, contact):
        reader.goes_to(agreement)
        expect(reader.page.locator("main")).to_contain_text("The text is drafted again; its next version is offered anew.")
    told, kept = desk.page.locator("main"), contact.page.locator("main")
    expect(told.get_by_text(BROKEN_FOR).first).to_be_visible()
    expect(told).to_contain_text("Broken by")
    expect(kept).not_to_contain_text(BROKEN_FOR)
    expect(kept).not_to_contain_text("Broken by")


def amend(desk: Reader, contact: Reader, text: str) -> None:
    """The desk changes words of version 1 in an amendment; the contact agrees to them; adopted it is version 2."""
    page = desk.page
    desk.goes_to(f"{text}versions/")
    page.get_by_role("link", name="Version 1", exact=True).click()
    page.locator("summary", has_text="Start an amendment").click()
    page.get_by_label("What the amendment is for").fill("Two meetings a year")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("navigation", name="Chapters").get_by_role("link").nth(1).click()
    page.get_by_role("link", name="Change clause 1.1").click()
    page.get_by_label("Words of the clause").fill(AMENDED)
    page.get_by_role("button", name="Put the change in").click()
    expect(page.locator("#amendment ins")).to_contain_text(["added", "twice"])
    amendment = page.url.removeprefix(desk.address)

    contact.goes_to(amendment)
    contact.page.get_by_role("button", name="Agree to these changes").click()
    desk.goes_to(amendment)
    page.locator("summary", has_text="Adopt").click()
    page.get_by_role("button", name="Adopt the amendment").click()
    expect(page.locator("main")).to_contain_text("version 2", ignore_case=True)


def assert_versions_differ_by_words(contact: Reader, text: str) -> None:
    """Side by side, the two versions differ by the words that were amended, and by no others."""
    page = contact.page
    contact.goes_to(f"{text}versions/")
    page.get_by_role("button", name="Compare the chosen").click()
    expect(page.locator("#rows ins")).to_have_count(1)
    expect(page.locator("#rows ins")).to_contain_text("twice")
    expect(page.locator("#rows del")).to_contain_text("once")


def make_a_key(side: Reader) -> None:
    """Somebody who signs makes a key of their own."""
    side.goes_to("/agreements/keys/")
    for label in ("Signing passphrase", "The same again"):
        side.page.get_by_label(label).fill(PASSPHRASE)
    side.page.get_by_role("button", name="Make a signing key").click()
    expect(side.page.locator("main")).to_contain_text("Your signing key is made.")


def wait_until_silence_has_held(desk: Reader, agreement: str) -> None:
    """The deadline comes and the job settles the round: the text is frozen and its hash stands on the page."""
    reloaded_until(desk, agreement, "#papers", "SHA-256")
    expect(desk.page.locator("#way")).to_contain_text("under silence")


def sign(side: Reader, agreement: str) -> None:
    """A side signs the frozen text with its key."""
    side.goes_to(agreement)
    said = asked(side, "Sign")
    said.get_by_label("Signing passphrase").fill(PASSPHRASE)
    said.get_by_role("button", name="Sign").click()
    expect(side.page.locator("main")).to_contain_text("Signed.")


def assert_it_is_in_force(contact: Reader, programme: str) -> None:
    """The programme is in force on its page, once the job that follows the second signature has run."""
    reloaded_until(contact, programme, "#facts", "In force since")


def assert_the_files_prove_it(contact: Reader, agreement: str, folder: Path) -> None:
    """The JSON and the PDF that the page hands out hold by themselves; with one letter changed the JSON does not."""
    contact.goes_to(agreement)
    for form in ("JSON", "PDF"):
        with contact.page.expect_download(timeout=60_000) as waiting:
            contact.page.locator("#papers").get_by_role("link", name=form).first.click()
        waiting.value.save_as(folder / form)
        done = verified(folder / form)
        assert done.returncode == 0, done.stdout + done.stderr

    told = (folder / "JSON").read_bytes()
    assert AMENDED.encode() in told
    (folder / "changed").write_bytes(told.replace(b"twice", b"Twice"))
    assert verified(folder / "changed").returncode == 1


def verified(file: Path) -> subprocess.CompletedProcess[str]:
    """A file checked by somebody who has the program and nothing else: no settings, no database."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY", "DJANGO"))}
    command = [sys.executable, "-c", "from comity.config.cli import main; main()", "programmes", "verify", str(file)]
    return subprocess.run(command, capture_output=True, text=True, env=bare)


def add_a_clause(reader: Reader, words: str) -> None:
    """Put a clause at the end of the chapter that is shown."""
    page = reader.page
    page.locator("summary", has_text="Add a clause").click()
    page.get_by_label("Words of the new clause").fill(words)
    page.get_by_role("button", name="Add the clause").click()
    expect(page.locator("#chapter")).to_contain_text(words)


def pass_the_turn(reader: Reader) -> None:
    """Hand the text over to the other side."""
    reader.page.locator("summary", has_text="Pass the turn").click()
    reader.page.get_by_role("button", name=re.compile("^Pass the turn to")).click()
    expect(reader.page.locator(".turn")).to_contain_text("It is the turn of")


def clause(reader: Reader, number: str) -> Locator:
    """A clause of the chapter that is shown."""
    return reader.page.get_by_role("article", name=f"Clause {number}", exact=True)


def edit(reader: Reader, number: str) -> Locator:
    """A clause opened in place."""
    clause(reader, number).get_by_role("link", name=f"Edit clause {number}").click()
    opened = clause(reader, number)
    expect(opened.get_by_label("Words of the clause")).to_be_visible()
    return opened


def asked(reader: Reader, act: str) -> Locator:
    """The form of an act on an agreement, opened."""
    reader.page.locator("#way summary", has_text=act).click()
    return reader.page.locator("#way details[open]")


def reloaded_until(reader: Reader, path: str, part: str, words: str) -> None:
    """Open a page again and again until a part of it says something; two minutes at most."""
    for _second in range(120):
        reader.goes_to(path)
        if words in reader.page.locator(part).inner_text():
            return
        reader.page.wait_for_timeout(1_000)
    raise AssertionError(f"“{words}” was never said on {path}")
