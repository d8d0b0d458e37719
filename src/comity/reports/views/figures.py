"""The figures of a year: the page, the files it leaves as, and the rows behind each number."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.activities.queries import editions
from comity.exchange import papers, sheets
from comity.kernel.faces import say
from comity.nominations.rules import STATES
from comity.reports.queries import figures as queries
from comity.reports.queries.papers import figures_paper
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

HIDDEN = "*"
A_PAGE = 50


@signed_in
@require_GET
def figures(request: Visit) -> HttpResponse:
    """The figures of a year, split one way."""
    years = list(editions(seen_by=request.actor).order_by("-year").values_list("year", flat=True))
    told = _told(request, years)
    bars = [(say(row.label), row.counts.get(told.charted)) for row in told.filled] if told else []
    drawn = sorted((bar for bar in bars if bar[1]), key=lambda bar: -(bar[1] or 0))[:20]
    ways = {by: words for by, (words, _people, _places) in queries.WAYS.items()}
    more: dict[str, Any] = {"years": years, "ways": ways, "heads": queries.HEADS, "drawn": drawn}
    return page(request, "reports/figures.html", "figures", told=told, **more)


@signed_in
@require_GET
def take_away(request: Visit, form: str) -> HttpResponseBase:
    """The same figures as a sheet or on paper."""
    told = _told(request, list(editions(seen_by=request.actor).order_by("-year").values_list("year", flat=True)))
    if told is None or form not in (*sheets.FORMS, *papers.FORMS):
        raise Http404
    name = f"figures {told.year} {told.by}"
    if form in papers.FORMS:
        made = figures_paper(told, language=(get_language() or "en")[:2])
        return papers.attached(papers.as_pdf(made) if form == "pdf" else papers.as_docx(made), name, form)
    head = [_(queries.WAYS[told.by][0]), *(_(queries.HEADS[column]) for column in told.columns)]
    lines = [[say(row.label), *_written(told.cells(row))] for row in told.rows]
    lines.append([_("All"), *_written([told.total.get(column) for column in told.columns])])
    return sheets.respond(form, name, head, lines)


@signed_in
@require_GET
def rows(request: Visit) -> HttpResponse:
    """The rows behind one number: places, or people by their numbers."""
    asked: dict[str, Any] = {name: request.GET.get(name, "") for name in ("by", "key", "column")}
    found = queries.rows(_year(request) or 0, asked["by"], asked["key"] or "-", asked["column"], seen_by=request.actor)
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told: dict[str, Any] = {"head": _(queries.HEADS[asked["column"]]), "is_places": asked["column"] == "granted", "states": STATES}
    return page(request, "reports/figure_rows.html", None, shown=shown, **told, **asked)


def _told(request: Visit, years: list[int]) -> queries.Figures | None:
    """The figures that an address asks for; of the newest year where it names none."""
    year = _year(request) or (years[0] if years else None)
    return queries.figures(year, request.GET.get("by", "party"), seen_by=request.actor) if year in years and year else None


def _year(request: Visit) -> int | None:
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else None


def _written(cells: list[int | None]) -> list[int | str]:
    return [HIDDEN if cell is None else cell for cell in cells]
