"""The room as Django knows it."""

from django.apps import AppConfig


class Changes(AppConfig):
    """What a change breaks, before it is made."""

    name = "comity.changes"
    default_auto_field = "django.db.models.BigAutoField"
