"""The room as Django knows it."""

from django.apps import AppConfig


class Feedback(AppConfig):
    """What participants and providers say afterwards."""

    name = "comity.feedback"
    default_auto_field = "django.db.models.BigAutoField"
