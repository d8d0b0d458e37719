"""The weekly brief of a party: five lines as a page and on paper, and the rows behind each number."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.accounts.rules import Permission
from comity.exchange import papers
from comity.kernel.faces import say
from comity.parties.queries import party as party_of
from comity.reports.queries import brief as queries
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def briefs(request: Visit) -> HttpResponse:
    """All parties with what waits in each line; a delegation goes to its own brief."""
    if not request.actor.may(Permission.SEE_EVERYTHING) and request.actor.party:
        return redirect("brief", code=request.actor.party)
    found = queries.briefs(seen_by=request.actor, at=datetime.now(UTC))
    return page(request, "reports/briefs.html", None, rows=found, lines=queries.LINES)


@signed_in
@require_GET
def brief(request: Visit, code: str) -> HttpResponse:
    """The five lines of one party."""
    found = queries.brief(party_of(code, seen_by=request.actor), seen_by=request.actor, at=datetime.now(UTC))
    return page(request, "reports/brief.html", None, brief=found)


@signed_in
@require_GET
def rows(request: Visit, code: str, name: str) -> HttpResponse:
    """The rows behind one number of a brief."""
    party, at = party_of(code, seen_by=request.actor), datetime.now(UTC)
    title, found = queries.behind(party, name, seen_by=request.actor, at=at)
    return page(request, "reports/rows.html", None, party=party, counted=title, rows=found)


@signed_in
@require_GET
def paper(request: Visit, code: str) -> HttpResponse:
    """The brief on paper: one page, each number with the address of its rows."""
    found = queries.brief(party_of(code, seen_by=request.actor), seen_by=request.actor, at=datetime.now(UTC))
    language = (get_language() or "en")[:2]
    return papers.attached(papers.as_pdf(_set(found, language)), f"brief-{found.party.code}-{found.on}", "pdf")


def _set(found: queries.Brief, language: str) -> papers.Paper:
    columns = (_("Number"), _("Rows"))
    sections = []
    for place, line in enumerate(found.lines, 1):
        numbers = tuple((say(n.title), f"{settings.PUBLIC_ADDRESS}{n.href}") for n in line.numbers)
        if numbers:
            tables = (papers.Table("", columns, numbers, (3, 4)),)
            sections.append(papers.Section(str(place), _(line.heading), tables=tables))
        else:
            calm = papers.Item("", (papers.Run(_(line.calm)),))
            sections.append(papers.Section(str(place), _(line.heading), items=(calm,)))
    days = _("Week from {first} to {last}").format(first=found.since, last=found.on)
    title = _("Weekly brief: {party}").format(party=say(found.party.name))
    return papers.Paper(
        title_en="" if language == "fr" else title,
        title_fr=title if language == "fr" else "",
        subtitles=(days,),
        language=language,
        sections=tuple(sections),
        footer=title,
        has_cover=False,
    )
