"""Agreements as a Django application."""

from django.apps import AppConfig


class Agreements(AppConfig):
    """The way of a text from a draft to a signed paper."""

    name = "comity.agreements"
    default_auto_field = "django.db.models.BigAutoField"
