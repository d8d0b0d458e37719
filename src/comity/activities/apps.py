"""Activities as a Django application."""

from django.apps import AppConfig


class Activities(AppConfig):
    """The yearly menu of activities."""

    name = "comity.activities"
    default_auto_field = "django.db.models.BigAutoField"
