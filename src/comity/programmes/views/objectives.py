"""The page of objectives."""

from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from comity.programmes import queries
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The objectives a reader may see; `?party=` narrows, `?retired=1` shows those that no longer hold."""
    found = queries.objectives(seen_by=request.actor)
    if party := request.GET.get("party", ""):
        found = found.filter(party=party.upper())
    if not request.GET.get("retired"):
        found = found.live()
    shown = Paginator(found.order_by("party__sort", "number"), 50).get_page(request.GET.get("page"))
    year = datetime.now(UTC).year
    return page(request, "programmes/objectives.html", "objectives", shown=shown, year=year, party_chosen=party)
