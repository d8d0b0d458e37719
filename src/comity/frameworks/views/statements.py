"""The page of statements: what the documents say, and what the register says of it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.frameworks.queries import registers
from comity.frameworks.queries.registers import Checked
from comity.frameworks.rules.claims import VERDICT_LABELS
from comity.frameworks.views import asking
from comity.kernel.faces import say
from comity.ui.jinja import query
from comity.ui.pages import page
from comity.ui.visits import Visit

ON_A_PAGE = 40


def statements(request: Visit) -> HttpResponse:
    """Every statement with its verdict and the rows that decide, filtered by document and verdict."""
    day = asking.ask(request)
    everything = registers.checked(seen_by=request.actor, known_at=day.known_at)
    document, verdict = request.GET.get("document", ""), request.GET.get("verdict", "")
    of_document = [one for one in everything if document in ("", str(one.statement.document))]
    shown = [one for one in of_document if verdict in ("", one.outcome.verdict)]
    if sheet := asking.taken(request, "statements", _columns(), map(_cells, shown)):
        return sheet
    return page(
        request,
        "frameworks/statements.html",
        "statements",
        **asking.context(request, day),
        **_counted(request, everything, of_document),
        shown=Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
    )


def _counted(request: Visit, everything: list[Checked], of_document: list[Checked]) -> dict[str, Any]:
    """How many there are of each document and each verdict, as figures and as tabs."""
    counts = registers.verdicts(of_document)
    return {
        "counts": counts,
        "total": len(of_document),
        "documents": {number: sum(one.statement.document == number for one in everything) for number in (0, 1)},
        "document": request.GET.get("document", ""),
        "verdict": request.GET.get("verdict", ""),
        "verdict_tabs": _tabs(request, counts, request.GET.get("verdict", "")),
        "labels": {key: _(words) for key, words in VERDICT_LABELS.items()},
    }


def _tabs(request: Visit, counts: dict[str, int], chosen: str) -> list[tuple[str, str, bool, int]]:
    """One tab for each verdict: its words, its address, whether it is chosen, its count."""
    return [(_(VERDICT_LABELS[key]), query(request, verdict=key, page=None), key == chosen, count) for key, count in counts.items()]


def _columns() -> list[str]:
    return [_("Number"), _("Document"), _("Place"), _("Says"), _("As of"), _("Verdict"), _("Because")]


def _cells(one: Checked) -> list[object]:
    told, outcome = one.statement, one.outcome
    because = asking.words_of(outcome.reasons)
    return [told.id, told.document, told.place, say(told.says), told.as_of.isoformat(), _(VERDICT_LABELS[outcome.verdict]), because]
