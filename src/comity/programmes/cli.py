"""Programmes and goals on the terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.exchange import sheets
from comity.exchange.batches import counts, differences
from comity.kernel.faces import say
from comity.programmes import queries
from comity.programmes.acts import documents, imports
from comity.programmes.models import Programme
from comity.programmes.queries import imports as sheet
from comity.programmes.queries.documents import narrowed
from comity.ui.terminal import Format, actor, answer

goals_group = typer.Typer(no_args_is_help=True, help="Goals of parties.")
programmes_group = typer.Typer(no_args_is_help=True, help="Individual documents of parties.")
groups = {"goals": goals_group, "programmes": programmes_group}
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


@programmes_group.command("list")
def list_(
    context: typer.Context,
    party: Annotated[str, typer.Option("--party")] = "",
    type: Annotated[str, typer.Option("--type")] = "",
    state: Annotated[str, typer.Option("--state")] = "",
    marker: Annotated[str, typer.Option("--marker")] = "",
    format: Form = Format.TEXT,
) -> None:
    """The programmes one may see, by party, type, state and marker."""
    by = actor(context)
    asked = {"party": [party], "type": [type], "state": [state], "marker": [marker]}
    rows = [_line(found) for found in narrowed(queries.programmes(seen_by=by), asked).order_by("party", "type__place", "since")]
    answer({"count": len(rows), "programmes": rows}, format, rows="programmes")


@programmes_group.command("show")
def show(context: typer.Context, programme: int, format: Form = Format.TEXT) -> None:
    """One programme with its goals and how far they are."""
    by = actor(context)
    found = queries.programme(programme, seen_by=by)
    told = queries.told(found, seen_by=by)
    goals = [
        {
            "goal": g.goal.number,
            "title": say(g.goal.title, "en"),
            "milestones": f"{g.met}/{len(g.counted)}",
            "becomes": g.goal.outcome,
        }
        for g in told.goals
    ]
    answer({**_line(found), "goals": goals}, format, rows="goals")


@programmes_group.command("open")
def open_(
    context: typer.Context,
    party: Whose,
    type: Annotated[str, typer.Option("--type", help="The code of the type.")],
    edition: Annotated[str, typer.Option("--edition")],
    since: Annotated[str, typer.Option("--since", help="A year, a month or a day.")],
    until: Annotated[str, typer.Option("--until")] = "",
    waiver: Annotated[str, typer.Option("--waiver", help="Why what may be waived is waived.")] = "",
    format: Form = Format.TEXT,
) -> None:
    """Open a programme of a party: a draft with a text in the chapters of its type."""
    by = actor(context)
    whose, kind = queries.party_planning(party, seen_by=by), queries.programme_type(type, seen_by=by)
    first, last, at = documents.dated(since), documents.dated(until), datetime.now(UTC)
    made = documents.open_programme(
        whose, type=kind, edition=edition, since=first, until=last, waiver=waiver, by=by, at=at
    )  # fmt: skip
    answer(_line(made), format)


def _line(found: Programme) -> dict[str, Any]:
    dates = {"since": found.since.text, "until": found.until.text}
    about = {"id": found.pk, "party": found.party_id, "type": found.type_id, "title": say(found.name, "en")}
    return {**about, **dates, "state": found.state}
