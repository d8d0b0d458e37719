"""Accounts as a Django application."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """People who sign in."""

    name = "comity.accounts"
    default_auto_field = "django.db.models.BigAutoField"
