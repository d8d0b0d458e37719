"""The pages as a reader gets them: a real server, a real client, one request after the other, beside a one-row page."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.measuring import Measure, paired
from comity.accounts.models import User

ONE_ROW = "/frameworks/NGC/"
PAGES = {
    "parties": "/parties/",
    "party": "/parties/MDA/",
    "roll": "/frameworks/EAPC/?on=2021-12-31",
    "menu list": "/menu/{year}/",
    "menu list, page 20": "/menu/{year}/?page=20",
    "menu filtered": "/menu/{year}/?area=CEP&kind=course",
    "menu search": "/menu/{year}/?q=cyber+defence",
    "menu search, misspelt": "/menu/{year}/?q=cybr+defense",
}


def measures(size: int, year: int, number: str) -> Iterator[Measure]:
    """Every listed page, for a point of contact, at one size of the menu."""
    user = User.objects.get(login="poc-mda")
    with serving() as address, httpx.Client(base_url=address, cookies=session_of(user), timeout=30) as reader:
        for name, pattern in (PAGES | {"activity": f"/menu/{{year}}/{number}/"}).items():
            path = pattern.format(year=year)
            measure = paired(f"{name} at {size:,}", fetching(reader, path), "one-row page", fetching(reader, ONE_ROW))
            yield Measure(**(measure.row() | {"queries": queries_of(user, path)}))  # type: ignore[arg-type]


def fetching(reader: httpx.Client, path: str) -> Callable[[], object]:
    """Fetch a page and insist that it is one."""

    def fetch() -> None:
        answer = reader.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    return fetch


def queries_of(user: User, path: str) -> int:
    """How many queries a page takes, the door's own included."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.get(path, headers={"host": "127.0.0.1"})
    with CaptureQueriesContext(connection) as captured:
        client.get(path, headers={"host": "127.0.0.1"})
    return len(captured)


def session_of(user: User) -> dict[str, str]:
    """A signed-in session, as the browser would hold it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


@contextmanager
def serving() -> Iterator[str]:
    """The web server of the product on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "comity.config", "web", "--port", str(port)]
    server = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _await(address: str) -> None:
    for _attempt in range(300):
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} never answered")
