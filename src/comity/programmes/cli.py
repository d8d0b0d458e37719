"""Goals on the terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from comity.exchange import sheets
from comity.exchange.batches import counts, differences
from comity.kernel.faces import say
from comity.programmes import queries
from comity.programmes.acts import imports
from comity.programmes.queries import imports as sheet
from comity.ui.terminal import Format, actor, answer

goals_group = typer.Typer(no_args_is_help=True, help="Goals of parties.")
groups = {"goals": goals_group}
Form = Annotated[Format, typer.Option("--format")]
Whose = Annotated[str, typer.Option("--party", help="The code of the party.")]


@goals_group.command("import")
def import_(
    context: typer.Context, file: Path, party: Whose, apply: bool = typer.Option(False), format: Form = Format.TEXT
) -> None:
    """Compare a sheet with the goals of a party; with --apply bring it in."""
    by, at = actor(context), datetime.now(UTC)
    table = sheets.read(file.read_bytes(), file.name, expect=sheet.COLUMNS)
    batch = imports.preview(queries.party_planning(party, seen_by=by), table, at=at, by=by)
    if apply:
        batch = imports.apply(batch, at=at, by=by)
    rows = differences(batch)
    found = counts(rows)
    rejected = [
        {"row": row.line, "column": f.column, "value": f.value, "why": say(f.why, "en")} for row in rows for f in row.faults
    ]
    figures = {name: found[name] for name in ("new", "changed", "unchanged")}
    answer({"rows": len(rows), **figures, "applied": apply, "batch": batch.pk, "rejected": rejected}, format, rows="rejected")
