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
