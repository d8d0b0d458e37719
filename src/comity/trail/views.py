"""The trail as a page and as a table to take away."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from comity.trail import queries
from comity.trail.forms import Search
from comity.trail.models import Entry, EntryQuerySet
from comity.trail.rules import ACTS
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

A_PAGE = 50
COLUMNS = ("number", "at", "act", "kind", "subject", "label", "actor", "name", "party", "about", "facts", "digest")
# A cell that begins so would be run as a formula by a spreadsheet.
RUNNABLE = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@signed_in
def trail(request: Visit) -> HttpResponse:
    """The lines a reader may see, newest first."""
    form = Search(request.GET or None)
    found = queries.search(seen_by=request.actor, **form.narrowing(request.actor.timezone))
    before = form.cleaned_data["before"] if form.is_valid() else None
    lines = list((found.filter(id__lt=before) if before else found)[: A_PAGE + 1])
    following = lines[A_PAGE - 1].pk if len(lines) > A_PAGE else None
    told: dict[str, Any] = {"form": form, "lines": lines[:A_PAGE], "following": following, "before": before, "acts": ACTS}
    return page(request, "trail/list.html", "lines", **told)


@require_GET
@signed_in
def trail_table(request: Visit) -> StreamingHttpResponse:
    """The same lines as CSV, streamed however many there are."""
    found = queries.search(seen_by=request.actor, **Search(request.GET or None).narrowing(request.actor.timezone))
    response = StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return response


class _Line:
    """Gives back what the writer of CSV writes, line by line."""

    def write(self, text: str) -> str:
        return text


def _csv(found: EntryQuerySet) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in found.iterator(chunk_size=2000):
        yield writer.writerow([_inert(cell) for cell in _cells(entry)])


def _cells(entry: Entry) -> list[str]:
    facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
    return [
        str(entry.pk),
        entry.at.isoformat(),
        entry.act,
        entry.kind,
        entry.subject,
        entry.label,
        entry.actor,
        entry.actor_name,
        entry.party,
        entry.about_party,
        facts,
        entry.digest,
    ]


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNNABLE) else cell
