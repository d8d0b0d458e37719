"""The room as Django knows it; it has no tables."""

from django.apps import AppConfig


class Ui(AppConfig):
    """Base pages, components, the style sheet and the map."""

    name = "comity.ui"
    label = "ui"
    verbose_name = "Pages and components"
