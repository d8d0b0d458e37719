"""The room as Django knows it."""

import importlib

from django.apps import AppConfig


class Feedback(AppConfig):
    """What participants and providers say afterwards."""

    name = "comity.feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Set beside an activity what was changed since the last one. Its modules import tables, which exist only now."""
        importlib.import_module("comity.feedback.queries.beside").wire()
