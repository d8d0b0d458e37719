"""What the tests of pages share: requests as a browser and as htmx send them, and the house's template engine."""

from typing import Any

import jinja2
import pytest
from django.http import HttpRequest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails


def asked(path: str = "/", **headers: str) -> HttpRequest:
    """A request as it reaches a view, with no session and no messages."""
    request = RequestFactory().get(path, headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


@pytest.fixture
def env() -> jinja2.Environment:
    """The environment of the house."""
    return next(e for e in engines.all() if isinstance(e, Jinja2)).env


@pytest.fixture
def written(env: jinja2.Environment) -> Any:
    """Renders a line of template with names in it."""
    return lambda source, **names: env.from_string(source).render(**names)
