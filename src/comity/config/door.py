"""The door: who comes in, in which language, in which zone. The only place where a request becomes an actor."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from comity.accounts.models import User
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.parties import queries as parties
from comity.ui.pages import problem
from comity.ui.visits import Visit

LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Door:
    """Middleware: builds the actor, sets the language, and turns a refusal into a page in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a request through as somebody."""
        visit = cast(Visit, request)
        visit.actor = actor_of(request)
        language = _language(request)
        with translation.override(language), timezone.override(visit.actor.timezone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", language)
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """A refusal nobody showed beside a form becomes a page."""
        if not isinstance(fault, Refusal):
            return None
        if isinstance(fault, NotFound):
            status = 404
        elif isinstance(fault, NotPermitted):
            if cast(Visit, request).actor.is_stranger:
                return redirect(f"{settings.LOGIN_URL}?next={request.path}")
            status = 403
        else:
            status = 409
        heading = {404: _("Not found"), 403: _("Not permitted"), 409: _("Refused")}[status]
        return problem(request, status, heading, say(fault), code=fault.code)


def actor_of(request: HttpRequest) -> Actor:
    """Who a request comes from; a demonstration account is nobody except on loopback."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return STRANGER
    if user.is_demonstration and not (settings.DEMONSTRATION and request.META.get("REMOTE_ADDR") in LOOPBACK):
        return STRANGER
    return parties.actor_of(user, at=datetime.now(UTC))


def _language(request: HttpRequest) -> str:
    """The language chosen on this browser, else that of the account, else what the browser prefers."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        return chosen
    if isinstance(request.user, User):
        return request.user.language
    return translation.get_language_from_request(request)
