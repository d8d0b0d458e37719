"""Packs on the terminal: load one, check one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from comity.packs import checking, loading, reading
from comity.ui.terminal import Format, actor, answer

pack = typer.Typer(no_args_is_help=True, help="Packs of facts and rules.")
groups = {"pack": pack}
Directory = Annotated[Path, typer.Argument(help="The directory that holds pack.yaml.")]
Form = Annotated[Format, typer.Option("--format")]


@pack.command()
def load(context: typer.Context, directory: Directory, form: Form = Format.TEXT) -> None:
    """Lay a pack down; prints how many rows of each file were created, changed and unchanged."""
    tallies = loading.load(directory, by=actor(context), at=datetime.now(UTC))
    files = [{"file": name, **tally.as_dict()} for name, tally in tallies.items()]
    totals = {key: sum(tally.as_dict()[key] for tally in tallies.values()) for key in ("created", "changed", "unchanged")}
    answer({"pack": str(directory), **totals, "files": files}, form, rows="files")


@pack.command()
def check(directory: Directory, form: Form = Format.TEXT) -> None:
    """Prove that every row has a source, a known party and a valid date; exits with 1 and names each fault if not."""
    held = reading.read(directory)
    found = [
        {"file": f.file, "row": f.row, "column": f.column, "value": f.value, "why": str(f.sentence)} for f in checking.faults(held)
    ]
    rows = sum(len(rows) for rows in held.rows.values())
    answer({"pack": held.name, "version": held.version, "rows": rows, "faults": found}, form, rows="faults")
    if found:
        raise typer.Exit(1)
