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


class Visit(HttpRequest):
    """What the door hands on: the request with its actor."""

    actor: Actor


View = Callable[Concatenate[Visit, Given], HttpResponseBase]


def signed_in(view: View[Given]) -> View[Given]:
    """A page for people with an account; a stranger is sent to sign in and comes back."""

    @wraps(view)
    def guarded(request: Visit, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if request.actor.is_stranger:
            return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded
