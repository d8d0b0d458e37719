"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from comity.config import guard
from comity.config.environment import Misconfigured
from comity.config.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
die_with_parent()
application = get_wsgi_application()
try:
    guard.require_ready()
except Misconfigured as fault:
    raise SystemExit(str(fault)) from fault
