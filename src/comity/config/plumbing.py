"""Commands of the house itself: release, web, jobs, doctor, backup, restore."""

import typer
from django.core.management import call_command

from comity.config.health import state_of_health
from comity.ui.terminal import Format, answer


def mount(app: typer.Typer) -> None:
    """Add the commands that belong to no room."""
    app.command("release")(release)
    app.command("doctor")(doctor)
    app.command("django", hidden=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(django_command)


def release() -> None:
    """Check the settings, bring the database up to this version, gather static files."""
    call_command("check", deploy=False)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def doctor(format: Format = Format.TEXT) -> None:
    """Say how the service stands."""
    state = state_of_health()
    answer(state, format)
    raise typer.Exit(0 if state["ok"] else 1)


def django_command(context: typer.Context) -> None:
    """Run a management command of the framework (for developers)."""
    call_command(*context.args)
