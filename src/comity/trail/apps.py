"""The trail as a Django application."""

from django.apps import AppConfig


class Trail(AppConfig):
    """The append-only record of acts."""

    name = "comity.trail"
    default_auto_field = "django.db.models.BigAutoField"
