"""The door: who comes in, in which language, in which zone. The only place where a request becomes an actor."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from comity.accounts.models import User
from comity.config import callers
from comity.config.once import is_to_be_done_once, once
from comity.config.problems import is_api, refusal_problem
from comity.config.problems import problem as api_problem
from comity.config.sessions import BEGAN, BROWSER
from comity.kernel.actors import STRANGER
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.ui.pages import problem
from comity.ui.visits import Visit


class Door:
    """Middleware: builds the actor, sets the language, and turns a refusal into a page in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let a request through as somebody."""
        visit, now = cast(Visit, request), datetime.now(UTC)
        visit.actor = STRANGER
        stopped = _stopped(visit, at=now)
        language = _language(visit)
        with translation.override(language), timezone.override(visit.actor.timezone):
            request.LANGUAGE_CODE = language
            response = stopped or self._answer(visit, now)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie", "Accept-Language", *(["Authorization"] if is_api(request) else [])])
        return response

    def _answer(self, visit: Visit, now: datetime) -> HttpResponse:
        """The answer of a page or an operation; a write with a key is done once."""
        if not is_api(visit):
            response = self.get_response(visit)
            return _not_that_way(visit, response) if response.status_code == 405 else response
        if is_to_be_done_once(visit) and not visit.actor.is_stranger:
            response = once(visit, visit.actor.login, now, lambda: self.get_response(visit))
        else:
            response = self.get_response(visit)
        if response.status_code == 405 and "Allow" in response:
            allowed, response = response["Allow"], api_problem(405)
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """A refusal nobody showed beside a form becomes a page."""
        if not isinstance(fault, Refusal):
            return None
        if is_api(request):
            return refusal_problem(fault)
        if isinstance(fault, NotFound):
            number = 404
        elif isinstance(fault, NotPermitted):
            if cast(Visit, request).actor.is_stranger:
                return _to_sign_in(request)
            number = 403
        else:
            number = 409
        heading = {404: _("Not found"), 403: _("Not permitted"), 409: _("Refused")}[number]
        return problem(request, number, heading, say(fault), code=fault.code)


def _not_that_way(visit: Visit, response: HttpResponse) -> HttpResponse:
    """A page in words; which methods an address takes is nobody's business before they have signed in."""
    if visit.actor.is_stranger:
        return _to_sign_in(visit)
    told = problem(visit, 405, _("Nothing to read here"), _("This address only takes what a form sends. Go back to its page."))
    told["Allow"] = response["Allow"]
    return told


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in first, then come back."""
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")


def _stopped(visit: Visit, *, at: datetime) -> HttpResponse | None:
    """Find out who calls; the answer that stops them at the door, if any."""
    if "\x00" in visit.path or "%00" in visit.META.get("QUERY_STRING", ""):
        return api_problem(400) if is_api(visit) else HttpResponse(status=400)
    if is_api(visit) and visit.headers.get("Authorization", "").lower().startswith("bearer "):
        return _known_by_token(visit, at)
    visit.actor = callers.actor_of_session(visit, at=at)
    if visit.actor.is_stranger:
        visit.user = AnonymousUser()
    elif BEGAN not in visit.session:
        visit.session[BEGAN] = at.isoformat()
        visit.session[BROWSER] = visit.headers.get("User-Agent", "")[:200]
    return None


def _known_by_token(visit: Visit, at: datetime) -> HttpResponse | None:
    """Make the caller the owner of the token they carry; the session, if there is one, counts for nothing."""
    visit.user = AnonymousUser()
    token = callers.bearer_of(visit, at=at)
    if token is None or (actor := callers.actor_of_token(token, visit, at=at)).is_stranger:
        return api_problem(401)
    if callers.calls_this_minute(f"token:{token.pk}", at=at) > settings.API_CALLS_A_MINUTE:
        response = api_problem(429)
        response["Retry-After"] = str(60 - at.second)
        return response
    visit.actor, visit.user = actor, token.owner
    return None


def _language(visit: Visit) -> str:
    """The language chosen on this browser, else that of the account, else what the browser prefers."""
    chosen = visit.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        return chosen
    if isinstance(visit.user, User):
        return visit.user.language
    return translation.get_language_from_request(visit)
