"""Every page, for whom it is meant: axe finds nothing in either theme, nothing overflows a phone, nothing complains."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.faces.conftest import Reader

pytestmark = [pytest.mark.fault("F27"), pytest.mark.fault("F28")]
# What passes is not told: telling it takes longer than finding it.
ONLY = {"resultTypes": ["violations"]}
RULES = ONLY | {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
CONTRAST = ONLY | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# The rows of a long table are made by one template: what is wrong with the tenth is wrong with the first.
REPEATED = [["tbody > tr:nth-child(n + 9)"], ["main li:nth-child(n + 25)"]]
# What stands around every page is looked at on a reader's first.
FRAME = [["body > header"], ["body > nav"], ["body > footer"]]
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
AXE = f"([where, options]) => {{ {AXE_SCRIPT}; return axe.run(where, options); }}"
# An address, and what to follow from there: the rows of the demonstration have no numbers to rely on.
DRAFTED = "/programmes/?party=MDA > main a:text('2027–2030')"
RUNNING = "/programmes/?party=GEO > main a:text('2025–2028')"
TEXT = "/drafting/ > main a:text('2027–2030')"
AGREED = "/agreements/ > main a:text('2025–2028')"
PAGES: dict[str, tuple[str, ...]] = {
    "": (
        "/accounts/login/",
        "/parties/",
        "/parties/?on=1993-06-01",
        "/parties/MDA/",
        "/parties/MLT/?on=2000-01-01",
        "/frameworks/",
        "/frameworks/EAPC/?on=2021-12-31",
        "/timeline/?framework=EAPC",
        "/statements/",
        "/menu/2027/",
        "/menu/2027/?q=cyber",
        "/menu/2027/?view=calendar",
        "/api/v1/docs",
        "/nothing-here/",
    ),
    "poc-mda": (
        "/",
        "/menu/2027/?open=us",
        "/menu/2027/contribute/",
        "/menu/2027/import/",
        "/requests/",
        "/requests/import/",
        "/rounds/",
        "/programmes/",
        "/programmes/goals/",
        "/programmes/goals/new/MDA/",
        "/programmes/plans/MDA/?year=2029",
        "/programmes/plans/MDA/limits/",
        "/programmes/plans/MDA/menu/",
        "/programmes/types/",
        "/programmes/reviews/",
        DRAFTED,
        f"{DRAFTED} > a[href$='/thread/']",
        "/drafting/",
        TEXT,
        f"{TEXT} > article a",
        f"{TEXT} > a[href$='/versions/']",
        "/agreements/",
        "/agreements/keys/",
        "/trail/",
        "/accounts/",
        "/accounts/tokens/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/style/",
        "/nominations/",
        "/nominations/people/",
        "/nominations/links/",
        "/notices/",
        "/notices/choices/",
        "/calendars/",
        "/handovers/new/",
        "/parties/MDA/brief/",
    ),
    "menu": (
        "/",
        "/menu/2027/manage/",
        "/rounds/",
        "/rounds/limits/",
        "/programmes/plans/",
        "/rounds/compare/",
        RUNNING,
        f"{RUNNING} > a[href$='/thread/']",
        AGREED,
        "/scenarios/",
        "/scenarios/order/",
        "/changes/",
        "/reports/figures/?year=2026",
        "/briefs/",
    ),
    "provider": (
        "/attendance/",
        "/attendance/ > main tbody a",
        "/nominations/?year=2026",
        "/feedback/",
    ),
    "poc-est": ("/drafting/", AGREED),
    "admin": (
        "/accounts/access/",
        "/accounts/people/",
        "/accounts/people/poc-mda/",
        "/accounts/people/open/",
        "/parties/MDA/",
    ),
}


# Between them these show every component; what axe finds in light that is no matter of colour, it would find again.
IN_THE_DARK = {"": ("/parties/", "/menu/2027/?q=cyber"), "poc-mda": ("/style/", "/requests/", TEXT), "menu": ("/rounds/", AGREED)}


@pytest.mark.parametrize("login", PAGES)
def test_every_page_can_be_read_by_everybody_in_french_and_on_a_phone(arrive: Callable[..., Reader], login: str) -> None:
    # French is the longer language: what fits in it fits in English; the journeys go through pages in English.
    reader = arrive(login, color_scheme="light")
    reader.page.context.add_cookies([{"name": "comity_language", "value": "fr", "url": reader.address}])
    wrong = []

    for path in PAGES[login]:
        beside = REPEATED if path == PAGES[login][0] else REPEATED + FRAME
        wrong += [f"{path}: {words}" for words in violations(reader, path, RULES, beside)]
        reader.page.set_viewport_size(PHONE)
        told = reader.page.evaluate("[document.documentElement.lang, document.documentElement.scrollWidth]")
        wrong += [] if told == ["fr", PHONE["width"]] else [f"{path}: {told}"]
        reader.page.set_viewport_size(DESKTOP)

    assert wrong == []


@pytest.mark.parametrize("login", IN_THE_DARK)
def test_colours_can_be_read_in_the_dark(arrive: Callable[..., Reader], login: str) -> None:
    reader = arrive(login, color_scheme="dark")

    found = [f"{path}: {words}" for path in IN_THE_DARK[login] for words in violations(reader, path, CONTRAST, REPEATED)]

    assert found == []


def test_what_matters_works_without_scripts(arrive: Callable[..., Reader]) -> None:
    reader = arrive("poc-mda", java_script_enabled=False)

    reader.goes_to("/menu/2027/")
    reader.page.get_by_label("Search this menu").fill("cybr defence")
    reader.page.get_by_label("Search this menu").press("Enter")
    found = reader.page.get_by_role("link", name="Cyber").first
    found.click()

    assert "cyber" in reader.page.get_by_role("heading", level=1).inner_text().lower()


def violations(reader: Reader, path: str, rules: dict[str, Any], beside: list[list[str]]) -> list[str]:
    """What axe finds on a page, one line for each place. It is evaluated, not added, so the page keeps its policy.

    Args:
        beside: what is left out, by selectors.
    """
    follow(reader, path)
    result: dict[str, Any] = reader.page.evaluate(AXE, [{"exclude": beside}, rules])
    return [f"{rule['id']}: {node['html'][:160]}" for rule in result["violations"] for node in rule["nodes"][:3]]


def follow(reader: Reader, way: str) -> None:
    """Open an address, and from there what each selector finds."""
    path, *selectors = way.split(" > ")
    reader.goes_to(path)
    for selector in selectors:
        address = reader.page.locator(selector).first.get_attribute("href")
        assert address, selector
        reader.goes_to(address)
