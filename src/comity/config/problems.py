"""Errors of the API in the shape of RFC 9457, wherever they arise: at the door, in an operation, or before any."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from comity.kernel.faces import say
from comity.kernel.refusals import NotFound, NotPermitted, Refusal

API = "/api/"
KIND = "application/problem+json"
# The code and the title of an error that no refusal stands behind.
KNOWN = {
    400: ("not-understood", "The request cannot be understood."),
    401: ("sign-in-first", "This takes a valid token or a session."),
    403: ("not-permitted", "You may not do this."),
    404: ("not-found", "There is nothing at this address, or it is not for you to see."),
    405: ("method-not-allowed", "This address does not take that method."),
    413: ("too-large", "The request is too large."),
    422: ("not-valid", "Some of what was sent is not valid."),
    429: ("too-many-calls", "Too many calls; wait a minute."),
    500: ("fault", "Something went wrong on our side. Nothing was saved by halves."),
}


def is_api(request: HttpRequest) -> bool:
    """Whether a request is for the API."""
    return request.path.startswith(API)


def problem(number: int, title: str = "", *, code: str = "", **more: Any) -> HttpResponse:
    """An error by its number; title and code are those known for it unless given."""
    known_code, known_title = KNOWN.get(number, ("error", "This did not work."))
    told = {"type": "about:blank", "title": title or known_title, "status": number, "code": code or known_code, **more}
    response = HttpResponse(json.dumps(told, ensure_ascii=False), status=number, content_type=KIND)
    if number == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Comity"'
    return response


def refusal_problem(refusal: Refusal) -> HttpResponse:
    """A refusal with its code and its sentence, in the language of the moment."""
    number = 404 if isinstance(refusal, NotFound) else 403 if isinstance(refusal, NotPermitted) else 409
    return problem(number, say(refusal), code=refusal.code)
