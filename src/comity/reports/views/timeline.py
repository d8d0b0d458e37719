"""The timeline: dated events by year, with their precision, their sources and the records they are tied to."""

from collections import Counter
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.exchange import sheets
from comity.frameworks.models import Event, Framework
from comity.frameworks.queries.events import events
from comity.frameworks.rules.labels import EVENTS
from comity.kernel.faces import say
from comity.ui.pages import page
from comity.ui.visits import Visit


def timeline(request: Visit) -> HttpResponse:
    """Every dated event, or those of some frameworks and kinds."""
    everything = list(events(seen_by=request.actor))
    chosen = {"framework": request.GET.getlist("framework"), "kind": request.GET.getlist("kind")}
    shown = [event for event in everything if _fits(event, chosen["framework"], chosen["kind"])]
    form = request.GET.get("form", "")
    if form in ("csv", "xlsx"):
        return sheets.respond(form, "timeline", _columns(), map(_cells, shown))  # type: ignore[return-value]
    years = [(year, list(group)) for year, group in groupby(shown, key=lambda event: event.on.text[:4])]
    told: dict[str, Any] = {"years": years, "total": len(shown), "chosen": chosen, "labels": EVENTS, "away": _away(request)}
    return page(request, "reports/timeline.html", "events", **told, choices=_facets(request, everything))


def _fits(event: Event, frameworks: list[str], kinds: list[str]) -> bool:
    """Whether an event is of a chosen framework and of a chosen kind."""
    tied = {framework.code for framework in event.frameworks.all()}
    return (not frameworks or bool(tied & set(frameworks))) and (not kinds or event.kind in kinds)


def _facets(request: Visit, everything: list[Event]) -> dict[str, list[tuple[str, str, int]]]:
    tied = Counter(framework.code for event in everything for framework in event.frameworks.all())
    kinds = Counter(event.kind for event in everything)
    named = Framework.objects.seen_by(request.actor)
    return {
        "framework": [(row.code, say(row.name), tied[row.code]) for row in named if tied[row.code]],
        "kind": [(kind, _(words), kinds[kind]) for kind, words in EVENTS.items() if kinds[kind]],
    }


def _away(request: Visit) -> list[tuple[str, str]]:
    words = request.GET.copy()
    links = []
    for form, label in (("csv", "CSV"), ("xlsx", "XLSX")):
        words["form"] = form
        links.append((label, f"?{words.urlencode()}"))
    return links


def _columns() -> list[str]:
    return [
        _("Date"),
        _("Precision"),
        _("Kind"),
        _("Event"),
        _("Frameworks"),
        _("Parties"),
        _("Document"),
        _("Place"),
        _("Sources"),
    ]


def _cells(event: Event) -> list[object]:
    frameworks = " ".join(framework.code for framework in event.frameworks.all())
    parties = " ".join(party.code for party in event.parties.all())
    sources = "; ".join(source.address or source.title for source in event.sources.all())
    document = "" if event.document is None else event.document
    told = [str(event.on), event.on.precision, _(EVENTS[event.kind]), say(event.title)]
    return [*told, frameworks, parties, document, event.place, sources]
