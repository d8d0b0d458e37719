"""Checking a file that left the house. It needs no settings and no database, so that anybody can do it anywhere."""

from pathlib import Path
from typing import Annotated

import typer

from comity.agreements.rules import Verdict
from comity.agreements.rules import verify as verified
from comity.ui.terminal import Format, answer, talk

group = typer.Typer(no_args_is_help=True, help="Programmes and their papers.")
groups = {"programmes": group}


@group.callback()
def programmes() -> None:
    """Programmes and their papers."""


@group.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    key: Annotated[list[str] | None, typer.Option(help="Fingerprint of a key you trust; give one for each side.")] = None,
    format: Format = Format.TEXT,
) -> None:
    """Check an agreement, as JSON or PDF, with the file alone; exit status 1 and what does not fit, if anything."""
    verdict = verified(file.read_bytes(), expected=key or ())
    answer(_told(verdict), format, "findings")
    if not verdict.holds:
        talk("The file does not prove an agreement.")
        raise typer.Exit(1)


def _told(verdict: Verdict) -> dict[str, object]:
    return {
        "holds": verdict.holds,
        "title": verdict.title,
        "sha256": verdict.sha256,
        "signatures": [
            f"{s['side']}: {s['name']} for {s['party']} at {s['at']}, key {s['fingerprint']}" for s in verdict.signatures
        ],
        "findings": [{"weight": finding.weight, "sentence": str(finding)} for finding in verdict.findings],
    }
