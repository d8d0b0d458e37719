"""The living style page: every component in use, with invented data, in both themes."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from comity.ui.pages import page
from comity.ui.style import SINCE, TODAY, specimens


@require_GET
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component in use; the map can be asked as of a day."""
    return page(request, "ui/style.html", "showing", **specimens(on=_asked(request.GET.get("on", ""))))


def _asked(text: str) -> date:
    """The day asked for, kept within what the map covers; today where none is."""
    try:
        return min(max(date.fromisoformat(text), SINCE), TODAY)
    except ValueError:
        return TODAY
