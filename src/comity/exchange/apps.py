"""The exchange of tables as a Django application."""

from django.apps import AppConfig


class Exchange(AppConfig):
    """Tables in and out."""

    name = "comity.exchange"
    default_auto_field = "django.db.models.BigAutoField"
