"""The room as Django knows it."""

from django.apps import AppConfig


class Participation(AppConfig):
    """Requests for places and the rounds that answer them."""

    name = "comity.participation"
    default_auto_field = "django.db.models.BigAutoField"
