"""Whether tables and migrations are in step: exit status 1, and what is missing, when they are not."""

import os

import django
from django.core.management import call_command

os.environ.setdefault("COMITY_DEMONSTRATION", "yes")
os.environ.setdefault("COMITY_DATA", "build/check")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")

if __name__ == "__main__":
    django.setup()
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
