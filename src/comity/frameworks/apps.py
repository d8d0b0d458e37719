"""Frameworks as a Django application."""

from django.apps import AppConfig


class Frameworks(AppConfig):
    """Frameworks, memberships over time, suspensions, dated events, statements of documents."""

    name = "comity.frameworks"
    default_auto_field = "django.db.models.BigAutoField"
