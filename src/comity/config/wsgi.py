"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from comity.config import guard
from comity.config.environment import Misconfigured
from comity.config.processes import die_with_parent


def warm() -> None:
    """Import every page and compile every template before the first visitor waits for it."""
    assert get_resolver().url_patterns
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    for name in engine.env.list_templates(extensions=["html"]):
        engine.env.get_template(name)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
die_with_parent()
application = get_wsgi_application()
try:
    guard.require_ready()
except Misconfigured as fault:
    raise SystemExit(str(fault)) from fault
warm()
