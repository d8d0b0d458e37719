"""The living style page: every component in use, with invented data, in both themes."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from comity.ui.pages import page


@require_GET
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component in use."""
    return page(request, "ui/style.html")
