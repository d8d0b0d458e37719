"""The first page: the desk of whoever signed in, and a short front page for strangers."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from comity.reports.queries import desk as queries
from comity.ui.pages import page
from comity.ui.visits import Visit


@require_GET
def desk(request: Visit) -> HttpResponse:
    """What you must do, what changed, where things stand."""
    if request.actor.is_stranger:
        return page(request, "reports/front.html", None, edition=queries.front())
    found = queries.desk(seen_by=request.actor, at=datetime.now(UTC))
    return page(request, "reports/desk.html", None, desk=found, edition=found.edition)
