"""Pages of the house itself: health, preferences, and what is shown when something is not there or goes wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_POST

from comity.config.health import state_of_health
from comity.ui.pages import problem

THEMES = ("light", "dark", "system")


@never_cache
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Whether the service can do its work, for those who watch it."""
    state = state_of_health()
    return JsonResponse(state, status=200 if state["ok"] else 503)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language and theme on this browser."""
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(following if safe and following.startswith("/") else "/")
    kept = {"max_age": 31_536_000, "samesite": "Lax", "secure": settings.SECURE, "httponly": True}
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **kept)
    if (theme := request.POST.get("theme")) in THEMES:
        response.set_cookie("comity_theme", theme, **kept)
    return response


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not there, and what is not for the reader, in the same words."""
    return problem(request, 404, _("Not found"), _("There is nothing at this address, or it is not for you to see."))


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the reader may not do."""
    return problem(request, 403, _("Not permitted"), _("You may not do this."))


@requires_csrf_token
def fault(request: HttpRequest) -> HttpResponse:
    """Something went wrong on our side; nothing was saved by halves."""
    return problem(request, 500, _("A fault on our side"), _("Something went wrong on our side. Nothing was saved by halves; please try again."))

