"""The year's part of a plan, on its way into the basket."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from comity.participation import queries
from comity.participation.acts import plans
from comity.plans.queries import plan
from comity.ui.visits import Visit, signed_in


@signed_in
@require_POST
def compare(request: Visit) -> HttpResponse:
    """Compare the year's part of a plan with the requests that stand; it is applied, and undone, on the page that follows."""
    year = queries.edition(request.POST.get("year"), seen_by=request.actor)
    chosen = request.POST.get("plan", "")
    found = plan(int(chosen) if chosen.isdigit() and len(chosen) < 18 else 0, seen_by=request.actor)
    made = plans.preview(found, year, at=datetime.now(UTC), by=request.actor)
    return redirect("requests_batch", pk=made.pk)
