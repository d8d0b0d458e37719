"""Nominations on the terminal: list them, bring in a sheet, turn the reserve lists over, read the receipts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from comity.accounts.rules import Permission
from comity.exchange import sheets
from comity.exchange.batches import counts, differences
from comity.nominations import queries
from comity.nominations.acts import imports, reserve
from comity.nominations.queries import boards
from comity.nominations.queries.imports import SHEET
from comity.participation import queries as participation
from comity.ui.terminal import Format, actor, answer

nominations = typer.Typer(no_args_is_help=True, help="People for granted seats, and the reserve lists.")
groups = {"nominations": nominations}
Form = Annotated[Format, typer.Option("--format")]
Year = Annotated[int, typer.Option("--edition", help="The year of the menu.")]


@nominations.command("list")
def list_nominations(
    context: typer.Context, edition: Year = 0, party: str = "", state: str = "live", form: Form = Format.TEXT
) -> None:
    """The nominations you may see, by number; names stay sealed."""
    by = actor(context)
    year = participation.edition(edition or None, seen_by=by)
    given = {"year": str(year.pk), "party": party, "state": "" if state == "all" else state}
    found = boards.chosen(queries.nominations(seen_by=by), given).order_by("activity__number", "party", "choice", "pk")
    columns = ("activity__number", "party", "person__number", "choice", "team", "state")
    rows = [dict(zip(("activity", "party", "person", *columns[3:]), row, strict=True)) for row in found.values_list(*columns)]
    answer({"edition": year.pk, "count": len(rows), "nominations": rows}, form, rows="nominations")


@nominations.command("import")
def import_sheet(
    context: typer.Context,
    file: Path,
    edition: Year,
    apply: Annotated[bool, typer.Option("--apply", help="Bring it in; without, only show the difference.")] = False,
    form: Form = Format.TEXT,
) -> None:
    """Bring in a sheet of candidates; a preview unless --apply. Names are sealed, and none is printed."""
    by, now = actor(context), datetime.now(UTC)
    table = sheets.read(file.read_bytes(), "sheet", expect=SHEET)
    batch = imports.preview(participation.edition(edition, seen_by=by), table, at=now, by=by)
    rows = differences(batch)
    if apply:
        imports.apply(batch, at=now, by=by)
    rejected = [{"row": r.line, "column": f.column, "why": str(f.why)} for r in rows for f in r.faults]
    answer({"rows": len(rows), **counts(rows), "applied": apply, "batch": batch.pk, "rejected": rejected}, form, rows="rejected")


@nominations.command()
def release(context: typer.Context, form: Form = Format.TEXT) -> None:
    """Turn all reserve lists over now, as happens every minute: expire, release, offer."""
    by = actor(context)
    by.must(Permission.MANAGE_ROUNDS)
    answer(reserve.turn(by=by, at=datetime.now(UTC)), form)


@nominations.command()
def receipts(context: typer.Context, form: Form = Format.TEXT) -> None:
    """What was erased, under which rule, how many, and the digest of their numbers."""
    rows = [{"at": r.at, "rule": r.rule, "many": r.many, "digest": r.digest} for r in boards.receipts(seen_by=actor(context))]
    answer({"count": len(rows), "receipts": rows}, form, rows="receipts")
