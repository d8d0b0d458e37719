"""One way to answer with a page: whole to a browser, a named block of it to htmx.

The view names the fragment, never the browser, and both are rendered from the same template with the same context.
Nothing is kept by any cache unless the view says otherwise (F13).
"""

from typing import Any

import jinja2
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails
from jinja2_fragments import render_block

HELD_BY_NOBODY = "no-store"


def page(
    request: HttpRequest,
    template: str,
    fragment: str | None = None,
    /,
    *,
    status: int = 200,
    cache_control: str = HELD_BY_NOBODY,
    **context: Any,
) -> HttpResponse:
    """The page to a browser, or its block `fragment` to htmx; messages waiting travel with either."""
    if fragment is not None and wants_fragment(request):
        body = render_fragment(request, template, fragment, **context)
        body += _toasts(request)
    else:
        body = render(request, template, **context)
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = cache_control
    patch_vary_headers(response, ["HX-Request", "Cookie"])
    return response


def problem(
    request: HttpRequest,
    status: int,
    heading: str,
    words: str,
    ways: tuple[tuple[str, str], ...] = (),
    code: str = "",
) -> HttpResponse:
    """A page that says what went wrong in words and offers ways on, as pairs of label and address."""
    return page(
        request,
        "ui/problem.html",
        status=status,
        heading=heading,
        words=words,
        code=code,
        ways=ways or ((_("To the first page"), "/"),),
    )


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; a page restored from history or boosted is asked for whole."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not (htmx.boosted or htmx.history_restore_request)


def render(request: HttpRequest, template: str, **context: Any) -> str:
    """A whole page as text."""
    return _environment().get_template(template).render(_complete(request, context))


def render_fragment(request: HttpRequest, template: str, fragment: str, **context: Any) -> str:
    """A named block of a page as text, with what the template imports and sets above its blocks."""
    known = _environment().get_template(template).new_context(_complete(request, context))
    above = known.environment.get_template(template).root_render_func(known)
    next(above, None)  # runs to the first output, which is the frame's: imports come before it
    rendered: str = render_block(_environment(), template, fragment, known.get_all())
    return rendered


def _toasts(request: HttpRequest) -> str:
    """Messages waiting for this reader, addressed to the frame that is already on the screen."""
    if not hasattr(request, "_messages"):
        return ""
    waiting = list(get_messages(request))
    return render_fragment(request, "ui/page.html", "toasts", toasts=waiting, out_of_band=True) if waiting else ""


def _engine() -> Jinja2:
    """The house's own template engine among those Django is set up with."""
    return next(e for e in engines.all() if isinstance(e, Jinja2))


def _environment() -> jinja2.Environment:
    return _engine().env


def _complete(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What a template may count on: context processors first, so that a view can overrule them."""
    given: dict[str, Any] = {
        "request": request,
        "csrf_input": csrf_input_lazy(request),
        "csrf_token": csrf_token_lazy(request),
    }
    for processor in _engine().template_context_processors:
        given.update(processor(request))
    return given | context
