"""The room as Django knows it."""

from django.apps import AppConfig


class Nominations(AppConfig):
    """People for granted places, and the reserve list."""

    name = "comity.nominations"
    default_auto_field = "django.db.models.BigAutoField"
