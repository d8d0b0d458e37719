"""The figures of a year on paper."""

from django.utils.translation import gettext, override

from comity.exchange.papers import Paper, Section, Table
from comity.kernel.faces import say
from comity.reports.queries.figures import HEADS, WAYS, Figures

HIDDEN = "*"


def figures_paper(told: Figures, *, language: str) -> Paper:
    """The same table as the page shows, in a language."""
    title = {}
    for code in ("en", "fr"):
        with override(code):
            title[code] = gettext("Figures of {year}").format(year=told.year)
    with override(language):
        split = gettext(WAYS[told.by][0])
        head = (split, *(gettext(HEADS[column]) for column in told.columns))
        rows = [(say(row.label), *map(_written, told.cells(row))) for row in told.rows]
        rows.append((gettext("All"), *(_written(told.total.get(column)) for column in told.columns)))
        caption = gettext("People and places; an asterisk stands where fewer than five could be told apart")
        table = Table(caption, head, tuple(rows), (4, *(2 for _column in told.columns)))
        sections = (Section("1", split, tables=(table,)),)
    return Paper(title["en"], title["fr"], (split,), language=language, sections=sections)


def _written(count: int | None) -> str:
    return HIDDEN if count is None else str(count)
