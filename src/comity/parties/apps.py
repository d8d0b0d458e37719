"""Parties as a Django application."""

from django.apps import AppConfig


class Parties(AppConfig):
    """States, organisations and centres, and who speaks for them."""

    name = "comity.parties"
    default_auto_field = "django.db.models.BigAutoField"
