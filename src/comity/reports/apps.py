"""Reports as a Django application."""

from django.apps import AppConfig


class Reports(AppConfig):
    """Reads across rooms: the timeline, and the pages that bring things together."""

    name = "comity.reports"
    default_auto_field = "django.db.models.BigAutoField"
