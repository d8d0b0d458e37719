"""The room as Django knows it."""

from django.apps import AppConfig


class Plans(AppConfig):
    """Plans of partners."""

    name = "comity.plans"
    default_auto_field = "django.db.models.BigAutoField"
