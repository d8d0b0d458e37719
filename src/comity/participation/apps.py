"""The room as Django knows it."""

from django.apps import AppConfig


class Participation(AppConfig):
    """Requests for places and the rounds that answer them."""

    name = "comity.participation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Set what is asked for beside the menu, whose own room refuses to know it."""
        from comity.activities.queries import menu
        from comity.participation.queries.beside import asked

        menu.suppliers.append(asked)
