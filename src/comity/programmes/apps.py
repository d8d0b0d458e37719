"""The room as Django knows it."""

from django.apps import AppConfig


class Programmes(AppConfig):
    """Objectives and goals of partners."""

    name = "comity.programmes"
    default_auto_field = "django.db.models.BigAutoField"
