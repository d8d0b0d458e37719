"""What every page of the register reads from its address: the day, the state of knowledge, the form to take away."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from comity.exchange import sheets
from comity.frameworks.rules.asking import Asked, asked
from comity.kernel.faces import say
from comity.ui.pages import wants_fragment
from comity.ui.visits import Visit


def ask(request: Visit) -> Asked:
    """The day and the state of knowledge this visit asks for."""
    return asked(request.GET.dict(), today=datetime.now(UTC).astimezone(request.actor.timezone).date())


def context(request: Visit, day: Asked) -> dict[str, Any]:
    """What the frame of every page of the register needs."""
    today = datetime.now(UTC).astimezone(request.actor.timezone).date()
    faults = [say(fault) for fault in day.faults]
    return {
        "on": day.on,
        "today": today,
        "asked": day,
        "faults": faults,
        "away": away(request),
        "party_href": party_href,
        "framework_href": framework_href,
        "partial": wants_fragment(request),
    }


@cache
def party_href(code: str) -> str:
    """The page of a party."""
    return reverse("party", args=[code])


@cache
def framework_href(code: str) -> str:
    """The page of a framework."""
    return reverse("framework", args=[code])


def away(request: Visit) -> list[tuple[str, str]]:
    """The ways to take the list along, as it stands."""
    words = request.GET.copy()
    links = []
    for form, label in (("csv", "CSV"), ("xlsx", "XLSX")):
        words["form"] = form
        links.append((label, f"?{words.urlencode()}"))
    return links


def taken(request: Visit, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse | None:
    """The list as a file, if the address asks for one."""
    form = request.GET.get("form", "")
    return sheets.respond(form, name, columns, rows) if form in ("csv", "xlsx") else None  # type: ignore[return-value]


def words_of(names: Iterable[Any]) -> str:
    """Speakable things as one cell."""
    return "; ".join(say(name) for name in names)
