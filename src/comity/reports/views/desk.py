"""The first page: the desk of whoever signed in."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from comity.reports.queries import desk as queries
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def desk(request: Visit) -> HttpResponse:
    """What you must do, what changed, where things stand."""
    found = queries.desk(seen_by=request.actor, at=datetime.now(UTC))
    return page(request, "reports/desk.html", None, desk=found, edition=found.edition)


@signed_in
@require_GET
def rows(request: Visit, name: str) -> HttpResponse:
    """The rows behind one thing that waits on the desk."""
    at = datetime.now(UTC)
    title, found = queries.behind(name, seen_by=request.actor, at=at)
    return page(request, "reports/rows.html", None, counted=title, rows=found, party=None)
