"""The API: the rooms' routers under one description, with one way to sign in and one shape of error."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from comity.config.rooms import faces
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound, NotPermitted, Refusal

api = NinjaAPI(title="Comity", version="1", docs_url=None, openapi_url="/openapi.json", urls_namespace="api")


def problem(request: HttpRequest, status: int, title: str, **more: Any) -> HttpResponse:
    """An error in the shape of RFC 9457."""
    response = api.create_response(request, {"type": "about:blank", "title": title, "status": status, **more}, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal with its code and its sentence."""
    status = 404 if isinstance(refusal, NotFound) else 403 if isinstance(refusal, NotPermitted) else 409
    return problem(request, status, say(refusal), code=refusal.code)


for module in faces("api"):
    api.add_router("", module.router)
