"""The door for web servers."""

import gc
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from comity.config import guard
from comity.config.environment import Misconfigured
from comity.config.processes import die_with_parent

# New objects between two looks for rubbish: a page makes some ten thousand, and nearly all go by themselves.
PAGES_WORTH = 50_000


def warm() -> None:
    """Compile every template, so that no visitor waits for it; then count what was loaded as here to stay.

    Without that the collector walks through all the libraries again and again, in the middle of somebody's page.
    """
    engine = engines["jinja2"]
    assert isinstance(engine, Jinja2)
    try:
        for name in engine.env.list_templates(extensions=["html"]):
            engine.env.get_template(name)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(PAGES_WORTH, 20, 20)
        gc.enable()


# Nothing that is loaded now is rubbish.
gc.disable()
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
