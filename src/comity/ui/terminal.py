"""What commands print: results on standard output as JSON or as a table, talk on standard error."""

import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

import typer
from django.core.serializers.json import DjangoJSONEncoder
from rich.console import Console
from rich.table import Table

from comity.kernel.actors import Actor


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


class KnowsItsActor(Protocol):
    """What the composition root hands to every command."""

    def actor(self) -> Actor:
        """Who acts."""


def actor(context: typer.Context) -> Actor:
    """Who acts in a command."""
    someone: KnowsItsActor = context.obj
    return someone.actor()


def answer(result: Mapping[str, Any], form: Format = Format.TEXT, rows: str = "") -> None:
    """Print a result.

    Args:
        result: what a program reads.
        form: JSON whole, or text: one line a fact, and the list named by `rows` as a table.
        rows: the key of `result` whose value is a list of mappings.
    """
    if form is Format.JSON:
        sys.stdout.write(json.dumps(result, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n")
        return
    # What people wrote is printed as they wrote it: brackets and colons are no orders to the terminal.
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    for key, value in result.items():
        if key != rows:
            console.print(f"{key.replace('_', ' ')}: {_plain(value)}")
    if rows and result[rows]:
        console.print(_table(result[rows]))


def talk(sentence: str) -> None:
    """Say something to whoever watches."""
    sys.stderr.write(sentence + "\n")


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "none"
    return str(value)


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(*(key.replace("_", " ") for key in rows[0]), box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(_plain, row.values()))
    return table
