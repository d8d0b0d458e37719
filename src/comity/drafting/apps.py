"""Drafting as a Django application."""

from django.apps import AppConfig


class Drafting(AppConfig):
    """Texts that two sides draft together."""

    name = "comity.drafting"
    default_auto_field = "django.db.models.BigAutoField"
