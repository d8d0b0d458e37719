"""A request as the rooms see it: somebody who acts, asking for a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

from comity.kernel.actors import Actor

Given = ParamSpec("Given")
LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class Visit(HttpRequest):
    """What the door hands on: the request with its actor."""

    actor: Actor


View = Callable[Concatenate[Visit, Given], HttpResponseBase]


def is_on_loopback(request: HttpRequest) -> bool:
    """Whether the caller sits at this machine; what a proxy forwards comes from elsewhere."""
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not any(name in request.META for name in FORWARDED)


def signed_in(view: View[Given]) -> View[Given]:
    """A page for people with an account; a stranger is sent to sign in and comes back."""

    @wraps(view)
    def guarded(request: Visit, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if request.actor.is_stranger:
            return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded
