"""The door for web servers."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from comity.config import guard
from comity.config.environment import Misconfigured
from comity.config.processes import die_with_parent


def warm() -> None:
    """Compile every template, so that no visitor waits for it."""
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
# The pages are imported before the first request, their templates beside it: who comes early waits for one, not for all.
get_resolver().url_patterns  # noqa: B018 - asking is what imports them
Thread(target=warm, daemon=True).start()
