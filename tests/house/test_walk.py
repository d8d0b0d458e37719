"""Everybody knocks at every door: strangers, guests without a mandate, and the contact of another party.

Doors are found by looking. Only the written list opens to strangers; nobody hears a word of what is not theirs, and
nobody changes it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.house import discover
from tests.house.peopled import OF_LAKELAND, UNRELEASED, Peopled, affairs_of, people_the_house
from tests.world import cast

pytestmark = pytest.mark.django_db

# What answers strangers, and why. INTERFACES names the same list; nothing is added here without being added there.
OPEN_PAGES = {
    r"/health": "whoever watches the service",
    r"/preferences/": "language and theme of a browser, on the pages below",
    r"/accounts/login/": "sign-in",
    r"/accounts/demonstration/": "sign-in, in a demonstration on loopback",
    r"/parties/(<str:code>/)?": "the register",
    r"/frameworks/(<str:code>/)?": "the register",
    r"/timeline/": "the register",
    r"/statements/": "the register",
    r"/menu/": "the released menu",
    r"/menu/<int:year>\.ics": "the released menu, as a feed",
    r"/menu/<int:year>/": "the released menu",
    r"/menu/<int:year>/export\.<str:form>": "the released menu",
    r"/menu/<int:year>/<str:number>/": "the released menu",
    r"/certificates/<str:code>/": "whoever holds the code of a certificate",
    r"/api/v1/docs": "the description of the API",
}
OPEN_OPERATIONS = {
    r"GET /api/v1/parties(/\{code\})?": "the register",
    r"GET /api/v1/frameworks(/\{code\}(/roll)?)?": "the register",
    r"GET /api/v1/events": "the register: its timeline",
    r"GET /api/v1/statements": "the register",
    r"GET /api/v1/editions(/\{year\}(/activities)?)?": "the released menu",
    r"GET /api/v1/activities/\{number\}": "the released menu",
}
SIGN_IN = "/accounts/login/"


@pytest.fixture
def house(caplog: pytest.LogCaptureFixture) -> Peopled:
    caplog.set_level("CRITICAL", logger="django.request")
    return people_the_house()


def knock(client: Client, door: discover.Door, address: str, method: str, values: dict[str, list[Any]]) -> HttpResponse:
    """Send a request; a form or body is filled with what belongs to others wherever a name fits."""
    if method == "GET":
        return client.get(address)
    filled = {name: values[name][0] if values.get(name) else example for name, example in door.body.items()}
    if address.startswith("/api/"):
        return client.generic(method, address, json.dumps(filled, default=str), content_type="application/json")
    forged = {"party": cast.LAKELAND, "places": "1", "priority": "1", "funding": "none", "name": "x", "note": "x"}
    own = {name: str(found[0]) for name, found in values.items() if name in ("objective", "activity", "request", "line")}
    return client.post(address, forged | own)


def everywhere(values: dict[str, list[Any]], client: Client, most: int) -> Iterator[tuple[discover.Door, str, str, HttpResponse]]:
    """Knock at every page (read and write) and at every operation; signing out is left out, or the walk would end there."""
    for door in [*discover.pages(), *discover.operations()]:
        if "logout" in door.template:
            continue
        for address in door.addresses(values, most):
            for method in ["GET", "POST"] if door in discover.pages() else [door.method]:
                yield door, address, method, knock(client, door, address, method, values)


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return body.decode("utf-8", "replace")


def is_closed(response: HttpResponse) -> bool:
    """Whether an answer is a sign-in, 401 or 404."""
    return response.status_code in (401, 404) or (response.status_code == 302 and response["Location"].startswith(SIGN_IN))


def is_on_the_list(door: discover.Door, method: str) -> bool:
    if door.template.startswith("/api/") and not any(re.fullmatch(p, door.template) for p in OPEN_PAGES):
        return any(re.fullmatch(p, f"{method} {door.template}") for p in OPEN_OPERATIONS)
    return any(re.fullmatch(p, door.template) for p in OPEN_PAGES)


@pytest.mark.fault("F3", "F4")
def test_only_the_written_list_answers_strangers_and_tells_nothing_that_is_not_public(house: Peopled) -> None:
    client = Client(raise_request_exception=False)

    wrong = []
    for door, address, method, response in everywhere(house.values(house.actor("")), client, most=4):
        if not is_closed(response) and not is_on_the_list(door, method):
            wrong.append(f"{method} {address}: {response.status_code}")
        if response.status_code >= 500 or re.search(f"{OF_LAKELAND}|{UNRELEASED}", text_of(response)):
            wrong.append(f"{method} {address}: {response.status_code}, a fault or a word too much")

    assert wrong == []


@pytest.mark.fault("F3", "F6", "F7")
@pytest.mark.parametrize("who", ["guest", "zoe"])
def test_nobody_reads_or_changes_the_affairs_of_another_party(house: Peopled, who: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(house.users[who])
    before = affairs_of(cast.LAKELAND)

    wrong = []
    for _, address, method, response in everywhere(house.values(house.actor(who)), client, most=1):
        if response.status_code >= 500:
            wrong.append(f"{method} {address}: {response.status_code}")
        if found := re.search(f"{OF_LAKELAND}|{UNRELEASED}", text_of(response)):
            wrong.append(f"{method} {address} says “{found[0]}”")

    assert wrong == []
    assert before
    assert affairs_of(cast.LAKELAND) == before


@pytest.mark.parametrize("who", ["boss", "menu", "desk", "mara"])
def test_no_page_is_a_fault_for_those_it_is_for(house: Peopled, who: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(house.users[who])

    values = house.values(house.actor("guest"))
    wrong = [
        f"{address}: {response.status_code}"
        for door in [*discover.pages(), *discover.operations()]
        if door.method == "GET" and "logout" not in door.template
        for address in door.addresses(values, most=1)
        if (response := client.get(address)).status_code >= 500
    ]

    assert wrong == []
