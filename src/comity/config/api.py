"""The API: the rooms' routers under one description, with one way to sign in and one shape of error."""

import json
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from comity.config.describing import completed
from comity.config.problems import problem, refusal_problem
from comity.config.rooms import faces
from comity.kernel.refusals import Refusal
from comity.ui.wire import signed

ABOUT = """The desk for programs. Every operation is also a page and a command; all three do the same act.

Sign in with `Authorization: Bearer …` (make a token on the page of your account). Errors are RFC 9457 problems with
the stable `code` of the refusal. Lists are paged by cursor. A write may carry an `Idempotency-Key`: sent again, it is
answered again and done once."""


class Careful(Parser):
    """Reads JSON bodies; text that no column could hold is not understood."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as values.

        Raises:
            HttpError: it is not JSON, or has a NUL in it.
        """
        if b"\\u0000" in request.body:
            raise HttpError(400, "The body has a NUL character in it.")
        try:
            return json.loads(request.body)
        except (ValueError, RecursionError):
            raise HttpError(400, "The body is not JSON.") from None


class Desk(NinjaAPI):
    """The API with a description that tells the whole contract."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The description, completed with what every operation has in common; made once."""
        return _described(path_prefix or "api/v1/")


api = Desk(
    title="Comity",
    version="1",
    description=ABOUT,
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    auth=signed,
    parser=Careful(),
)


@cache
def _described(prefix: str) -> dict[str, Any]:
    return completed(NinjaAPI.get_openapi_schema(api, path_prefix=prefix), api)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal with its code and its sentence."""
    return refusal_problem(refusal)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """What was sent does not fit the description; each place is named."""
    return problem(422, errors=[{"at": ".".join(map(str, e["loc"])), "why": e["msg"]} for e in fault.errors])


@api.exception_handler(HttpError)
def not_taken(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """Sign-in missing, a body that is no JSON, and the like."""
    generic = {"Unauthorized", "Forbidden"}
    return problem(fault.status_code, "" if fault.message in generic else fault.message)


@api.exception_handler(Http404)
def nothing_here(request: HttpRequest, fault: Http404) -> HttpResponse:
    """There is nothing, or it is not for the caller."""
    return problem(404)


for module in faces("api"):
    api.add_router("", module.router)
