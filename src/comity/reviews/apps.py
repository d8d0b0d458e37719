"""The room as Django knows it."""

from django.apps import AppConfig


class Reviews(AppConfig):
    """Reviews of programmes."""

    name = "comity.reviews"
    default_auto_field = "django.db.models.BigAutoField"
