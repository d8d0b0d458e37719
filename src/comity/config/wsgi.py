"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from comity.config.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
if os.environ.get("COMITY_SUPERVISED"):
    die_with_parent()
application = get_wsgi_application()
