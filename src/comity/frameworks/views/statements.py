"""The page of statements: what the documents say, and what the register says of it."""

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
    document, verdict = request.GET.get("document", ""), request.GET.get("verdict", "")
    everything = registers.checked(seen_by=request.actor, known_at=day.known_at)
    of_document = [one for one in everything if not document or str(one.statement.document) == document]
    shown = [one for one in of_document if not verdict or one.outcome.verdict == verdict]
    if sheet := asking.taken(request, "statements", _columns(), map(_cells, shown)):
        return sheet
    counts = registers.verdicts(of_document)
    return page(
        request,
        "frameworks/statements.html",
        "statements",
        **asking.context(request, day),
        counts=counts,
        verdict_tabs=_tabs(request, counts, verdict),
        total=len(of_document),
        documents={number: sum(one.statement.document == number for one in everything) for number in (0, 1)},
        document=document,
        verdict=verdict,
        labels={key: _(words) for key, words in VERDICT_LABELS.items()},
        shown=Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page")),
    )


def _tabs(request: Visit, counts: dict[str, int], chosen: str) -> list[tuple[str, str, bool, int]]:
    """One tab for each verdict: its words, its address, whether it is chosen, its count."""
    return [(_(VERDICT_LABELS[key]), query(request, verdict=key, page=None), key == chosen, count) for key, count in counts.items()]


def _columns() -> list[str]:
    return [_("Number"), _("Document"), _("Place"), _("Says"), _("As of"), _("Verdict"), _("Because")]


def _cells(one: Checked) -> list[object]:
    told, outcome = one.statement, one.outcome
    because = asking.words_of(outcome.reasons)
    return [told.id, told.document, told.place, say(told.says), told.as_of.isoformat(), _(VERDICT_LABELS[outcome.verdict]), because]
