"""The room as Django knows it."""

from django.apps import AppConfig


class Attendance(AppConfig):
    """Joining instructions, presence, certificates."""

    name = "comity.attendance"
    default_auto_field = "django.db.models.BigAutoField"
