"""The page of results side by side, and the same rows as a sheet."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.accounts.rules import Permission
from comity.exchange import sheets
from comity.kernel.faces import say
from comity.participation.queries import edition
from comity.scenarios import queries
from comity.scenarios.queries.comparing import Comparison, OfAParty
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE = 50
SORTS = {"change": lambda p: p.change, "party": lambda p: say(p.name), "places": lambda p: p.places[-1]}


@signed_in
@require_GET
def compare(request: Visit) -> HttpResponse:
    """Two to four rounds or scenarios of one edition side by side; without any, those to choose from."""
    request.actor.must(Permission.SEE_ROUNDS)
    rounds, scenarios = _chosen(request)
    if len(rounds) + len(scenarios) < 2:
        year = edition(request.GET.get("year"), seen_by=request.actor)
        found = queries.comparable(year, seen_by=request.actor).defer("fairness", "cancelled")[:PAGE]
        return page(request, "scenarios/choose.html", None, year=year, rounds=found, chosen=rounds)
    told = queries.comparison(rounds, scenarios, seen_by=request.actor)
    part = _part(request)
    lines = told.differing if part == "changed" else None
    differing = Paginator(lines, PAGE).get_page(request.GET.get("page")) if lines is not None else None
    return page(request, "scenarios/compare.html", part, told=told, parties=_sorted(request, told), shown=differing)


@signed_in
@require_GET
def export(request: Visit, part: str, form: str) -> HttpResponseBase:
    """One table of the page as it stands there."""
    request.actor.must(Permission.SEE_ROUNDS)
    if form not in sheets.FORMS or part not in SHEETS:
        raise Http404
    rounds, scenarios = _chosen(request)
    told = queries.comparison(rounds, scenarios, seen_by=request.actor) if rounds or scenarios else None
    if told is None:
        raise Http404
    columns, rows = SHEETS[part](request, told)
    return sheets.respond(form, f"compare-{told.edition}-{part}", columns, rows)


def _chosen(request: Visit) -> tuple[list[int], list[int]]:
    """The rounds and scenarios that the address names; `one` and `other` are what two rounds were called before."""
    given = request.GET
    older = [_whole(given[name]) for name in ("one", "other") if name in given]
    rounds = [_whole(text) for text in given.getlist("round")] or older
    return list(dict.fromkeys(rounds)) if not older else rounds, list(dict.fromkeys(map(_whole, given.getlist("scenario"))))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _part(request: Visit) -> str:
    """The block that htmx asks for by what it will replace."""
    return "parties" if request.headers.get("HX-Target") == "parties" else "changed"


def _sorted(request: Visit, told: Comparison) -> list[OfAParty]:
    """The parties as the address bar sorts them; without a word, whoever gains most first."""
    key = request.GET.get("sort", "")
    by = SORTS.get(key.removeprefix("-"))
    return sorted(told.parties, key=by, reverse=key.startswith("-")) if by else told.parties


Sheet = tuple[list[str], Iterator[list[object]]]


def _figures(request: Visit, told: Comparison) -> Sheet:
    names = [say(side.name) for side in told.sides]
    return [_("Figure"), *names], ([_(words), *values] for _name, words, values in told.figures)


def _parties(request: Visit, told: Comparison) -> Sheet:
    names = [say(side.name) for side in told.sides]
    heads = [
        word.format(name=name) for name in names for word in (_("{name}: places"), _("{name}: funded"), _("{name}: share in %"))
    ]
    return [_("Code"), _("Party"), *heads, _("Change in places")], (
        [p.code, say(p.name), *(cell for at in range(len(names)) for cell in _cells(p, at)), p.change]
        for p in _sorted(request, told)
    )


def _cells(party: OfAParty, at: int) -> list[object]:
    share = party.shares[at]
    return [party.places[at], party.funded[at], None if share is None else round(100 * share, 2)]


def _areas(request: Visit, told: Comparison) -> Sheet:
    names = [say(side.name) for side in told.sides]
    heads = [word.format(name=name) for name in names for word in (_("{name}: places"), _("{name}: seats filled in %"))]
    return [_("Area"), _("Seats"), *heads], (
        [a.area, a.seats, *(cell for pair in zip(a.places, a.shares, strict=True) for cell in pair)] for a in told.areas
    )


def _activities(request: Visit, told: Comparison) -> Sheet:
    names = [say(side.name) for side in told.sides]
    rows: Iterator[list[Any]] = (
        [a.number, a.title, a.area, *(_("not held") if n is None else n for n in a.places)] for a in told.activities
    )
    return [_("Number"), _("Title"), _("Area"), *names], rows


SHEETS = {"figures": _figures, "parties": _parties, "areas": _areas, "activities": _activities}
