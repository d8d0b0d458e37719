"""The room as Django knows it."""

from django.apps import AppConfig


class Handovers(AppConfig):
    """From a contact to a successor."""

    name = "comity.handovers"
    default_auto_field = "django.db.models.BigAutoField"
