"""Every command, mounted: the groups of the rooms, and the plumbing of the house itself."""

import os
from datetime import UTC, datetime
from importlib import import_module

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
django.setup()

from django.conf import settings  # noqa: E402

from comity.accounts.models import User  # noqa: E402
from comity.config import plumbing  # noqa: E402
from comity.config.cli import ON_FILES  # noqa: E402
from comity.config.rooms import command_groups  # noqa: E402
from comity.kernel.actors import STRANGER, Actor  # noqa: E402
from comity.kernel.refusals import NotFound  # noqa: E402
from comity.parties import queries as parties  # noqa: E402

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The open partnership desk.")
for name, group in command_groups().items():
    app.add_typer(group, name=name)
for name, core in ON_FILES.items():
    app.add_typer(import_module(core).app, name=name)
plumbing.mount(app)


def run(arguments: list[str]) -> None:
    """Run a command as whoever `--as` names; in a demonstration, as the administrator."""
    rest, login = _without_as(arguments)
    app(rest, prog_name="comity", obj=Someone(login))


def _without_as(arguments: list[str]) -> tuple[list[str], str]:
    """The arguments without `--as LOGIN`, wherever it stands, and the login."""
    rest, login = list(arguments), ""
    for place, word in enumerate(arguments):
        if word == "--as" and place + 1 < len(arguments):
            login = arguments[place + 1]
            rest = arguments[:place] + arguments[place + 2 :]
        elif word.startswith("--as="):
            login = word.removeprefix("--as=")
            rest = arguments[:place] + arguments[place + 1 :]
    return rest, login


class Someone:
    """The actor of a command, looked up when first asked for, so that commands on files need no database."""

    def __init__(self, login: str) -> None:
        self.login = login or os.environ.get("COMITY_AS", "") or ("admin" if settings.DEMONSTRATION else "")

    def actor(self) -> Actor:
        """Who acts.

        Raises:
            NotFound: there is no such account.
        """
        if not self.login:
            return STRANGER
        user = User.objects.filter(login=self.login.lower()).first()
        if user is None:
            raise NotFound(what=f"account “{self.login}”")
        return parties.actor_of(user, at=datetime.now(UTC))
