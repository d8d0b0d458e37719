"""The stage of the browser tests: the whole product with its demonstration, and Chromium before it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.world.running import PASSWORD, open_stage

# Chromium runs as root here and there, without a screen, and may talk to nobody but us.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def stage(testrun_uid: str) -> Iterator[str]:
    """The address of the product as `make up` starts it, in a folder of its own."""
    with open_stage(testrun_uid) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "there is no Chromium; make test installs it"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)


@dataclass
class Reader:
    """Somebody at a browser; whatever the browser complains about is kept."""

    page: Page
    address: str
    complaints: list[str]

    def hears(self, kind: str, words: str) -> None:
        """Keep a complaint of the browser; that a page is not there is an answer and no complaint."""
        if kind == "error" and "404" not in words:
            self.complaints.append(words)

    def goes_to(self, path: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(self.address + path)
        assert answer
        return answer.status

    def signs_in(self, login: str) -> None:
        """Sign in with the password of the demonstration."""
        self.goes_to("/accounts/login/")
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_label("Password").press("Enter")
        self.page.wait_for_url(self.address + "/")


@pytest.fixture
def arrive(stage: str, browser: Browser) -> Iterator[object]:
    """Make readers: each has a browser of their own; none may leave a complaint behind."""
    contexts: list[BrowserContext] = []
    readers: list[Reader] = []

    def arriving(login: str = "", **options: object) -> Reader:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1360, "height": 900}} | options)  # type: ignore[arg-type]
        contexts.append(context)
        reader = Reader(context.new_page(), stage, [])
        reader.page.on("console", lambda message: reader.hears(message.type, message.text))
        reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
        readers.append(reader)
        if login:
            reader.signs_in(login)
        return reader

    yield arriving
    for context in contexts:
        context.close()
    assert [complaint for reader in readers for complaint in reader.complaints] == []
