"""The composition root as a Django application: wires jobs to acts once every room is loaded."""

import importlib

from django.apps import AppConfig


class House(AppConfig):
    """The whole house."""

    name = "comity.config"
    label = "house"

    def ready(self) -> None:
        """Wire the jobs. Their modules import tables, which exist only now."""
        importlib.import_module("comity.config.jobs").wire()
