"""The room as Django knows it."""

from django.apps import AppConfig


class Scenarios(AppConfig):
    """Comparing, simulating in numbers, trying out."""

    name = "comity.scenarios"
    default_auto_field = "django.db.models.BigAutoField"
