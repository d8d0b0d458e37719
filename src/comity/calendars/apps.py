"""The room as Django knows it."""

from django.apps import AppConfig


class Calendars(AppConfig):
    """Feeds that calendars subscribe to."""

    name = "comity.calendars"
    default_auto_field = "django.db.models.BigAutoField"
