"""The room as Django knows it."""

from django.apps import AppConfig


class Notices(AppConfig):
    """Notices to people, as they want them: inbox, e-mail, digest; and hooks for programs."""

    name = "comity.notices"
    default_auto_field = "django.db.models.BigAutoField"
