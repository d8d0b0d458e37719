"""The room as Django knows it."""

import importlib

from django.apps import AppConfig


class Participation(AppConfig):
    """Requests for places and the rounds that answer them."""

    name = "comity.participation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Set what is asked for beside the menu. Its modules import tables, which exist only now."""
        importlib.import_module("comity.participation.queries.beside").wire()
