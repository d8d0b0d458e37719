"""Commands as somebody types them."""

import json
from typing import Any

import typer
from click.testing import Result
from typer.testing import CliRunner

from comity.kernel.actors import Actor
from tests.world.cast import ADMINISTRATOR


class Someone:
    """Whom a command is run as."""

    def __init__(self, who: Actor) -> None:
        self.who = who

    def actor(self) -> Actor:
        """Who acts."""
        return self.who


def run(group: typer.Typer, *given: Any, by: Actor = ADMINISTRATOR) -> Result:
    """A command of a group, answering in JSON."""
    app = typer.Typer()
    app.add_typer(group, name="group")
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["group", *map(str, given), "--format", "json"], obj=Someone(by))


def outcome(group: typer.Typer, *words: Any, by: Actor = ADMINISTRATOR) -> tuple[int, Any]:
    """A command of a group; its exit status and what it printed, as JSON where it is that."""
    app = typer.Typer()
    app.add_typer(group, name="group")
    result = CliRunner().invoke(app, ["group", *map(str, words)], obj=Someone(by))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else result.stdout
