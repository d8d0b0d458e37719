"""Pages of the house itself: health, preferences, the description of the API, and what is shown when something goes wrong."""

from django.conf import settings
from django.contrib.auth import login as sign_in
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_GET, require_POST

from comity.accounts.models import User
from comity.config.api import api
from comity.config.callers import may_use_demonstration
from comity.config.health import state_of_health
from comity.config.problems import is_api
from comity.config.problems import problem as api_problem
from comity.config.reference import chapters
from comity.kernel.refusals import NotFound
from comity.ui.pages import page, problem

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
    response = redirect(_within(request.POST.get("next", "")))
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    if theme in THEMES:
        _keep(response, "comity_theme", theme)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    """Have the browser keep a preference for a year."""
    response.set_cookie(name, value, max_age=31_536_000, samesite="Lax", secure=settings.SECURE, httponly=True)


@require_POST
def demonstration(request: HttpRequest) -> HttpResponse:
    """Sign in as somebody of the demonstration, without a password: only in a demonstration, only at this machine.

    Raises:
        NotFound: anywhere else there is no such page.
    """
    chosen = User.objects.filter(login=request.POST.get("login", ""), is_demonstration=True, is_active=True).first()
    if chosen is None or not may_use_demonstration(request):
        raise NotFound(what="page")
    sign_in(request, chosen)
    return redirect(_within(request.POST.get("next", "")))


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The description of the API, to be read by people."""
    description = api.get_openapi_schema()
    return page(request, "config/reference.html", chapters=chapters(description), about=description["info"]["description"])


def _within(address: str) -> str:
    """An address of this site, or the first page."""
    return address if address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None) else "/"


@requires_csrf_token
def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from one of our pages, or from one left open too long."""
    if is_api(request):
        return api_problem(403)
    return problem(
        request,
        403,
        _("Please try again"),
        _("This form was open too long, or did not come from this site. Go back, reload the page and send it again."),
    )


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What is not there, and what is not for the reader, in the same words."""
    if is_api(request):
        return api_problem(404)
    return problem(request, 404, _("Not found"), _("There is nothing at this address, or it is not for you to see."))


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the reader may not do."""
    if is_api(request):
        return api_problem(403)
    return problem(request, 403, _("Not permitted"), _("You may not do this."))


@requires_csrf_token
def fault(request: HttpRequest) -> HttpResponse:
    """Something went wrong on our side; nothing was saved by halves."""
    if is_api(request):
        return api_problem(500)
    return problem(
        request,
        500,
        _("A fault on our side"),
        _("Something went wrong on our side. Nothing was saved by halves; please try again."),
    )
