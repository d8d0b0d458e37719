"""How a core answers on the terminal: results to standard output as JSON, talk to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import typer

from optimal.tables import BadRows


def progress(stage: str, share: float) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{share:4.0%} {stage}\n")


def refuse(bad: BadRows) -> NoReturn:
    """List the cells that cannot be read, and leave with 3."""
    sentence = f"{len(bad.flaws)} cells cannot be read; nothing was done."
    sys.stderr.write(sentence + "\n")
    answer({"refused": "bad-rows", "sentence": sentence, "rejected": [flaw._asdict() for flaw in bad.flaws]})
    raise typer.Exit(3)


def answer(result: dict[str, Any]) -> None:
    """Print a result."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
