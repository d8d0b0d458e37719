"""Requests, rounds and the core on the terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.exchange import sheets
from comity.exchange.batches import Difference, counts, differences
from comity.kernel.faces import say
from comity.participation import queries
from comity.participation.acts import imports, rounds
from comity.participation.acts.allocations import draw_up, replay
from comity.participation.acts.progress import told
from comity.participation.models import Line, Round
from comity.participation.queries import imports as sheet
from comity.ui.terminal import Format, actor, answer, talk

requests_group = typer.Typer(no_args_is_help=True, help="Requests for places.")
rounds_group = typer.Typer(no_args_is_help=True, help="Rounds: draw up, publish, replay, compare, explain.")
groups = {"requests": requests_group, "rounds": rounds_group}
Form = Annotated[Format, typer.Option("--format")]
Year = Annotated[int, typer.Option("--edition")]


@requests_group.command("import")
def import_(
    context: typer.Context, file: Path, edition: Year, apply: bool = typer.Option(False), format: Form = Format.TEXT
) -> None:
    """Compare a sheet with the requests of an edition; with --apply bring it in."""
    by, at = actor(context), datetime.now(UTC)
    table = sheets.read(file.read_bytes(), file.name, expect=sheet.COLUMNS)
    batch = imports.preview(queries.edition(edition, seen_by=by), table, at=at, by=by)
    if apply:
        batch = imports.apply(batch, at=at, by=by)
    rows = differences(batch)
    found = counts(rows)
    rejected = [fault for row in rows if row.verdict == "rejected" for fault in _faults(row)]
    figures = {name: found[name] for name in ("new", "changed", "unchanged")}
    answer({"rows": len(rows), **figures, "applied": apply, "batch": batch.pk, "rejected": rejected}, format, rows="rejected")


@rounds_group.command("draw-up")
def draw_up_(
    context: typer.Context, edition: Year, rule: Annotated[str, typer.Option()] = "weighted",
    seed: Annotated[int | None, typer.Option()] = None, simulation: bool = typer.Option(False), format: Form = Format.TEXT,
) -> None:  # fmt: skip
    """Order a round and draw it up here, telling how far it is."""
    by, at = actor(context), datetime.now(UTC)
    year, under = queries.edition(edition, seen_by=by), queries.rule(rule, seen_by=by)
    ordered = rounds.order(year, rule=under, seed=seed, simulation=simulation, by=by, at=at)
    with told(ordered.pk) as report:

        def tell(stage: str, share: float) -> None:
            report(stage, share)
            talk(f"{share:4.0%} {stage}")

        drawn = draw_up(ordered, at=datetime.now(UTC), by=by, report=tell)
    answer(_round(drawn), format)


@rounds_group.command("publish")
def publish(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], format: Form = Format.TEXT) -> None:
    """Publish a round."""
    by = actor(context)
    answer(_round(rounds.publish(queries.round_of(number, seen_by=by), by=by, at=datetime.now(UTC))), format)


@rounds_group.command("replay")
def replay_(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], format: Form = Format.TEXT) -> None:
    """Draw a round up again from its own input and compare the bytes; exits with 1 and words if they differ."""
    by = actor(context)
    again = replay(queries.round_of(number, seen_by=by), by=by)
    result = {"round": again.round, "same": again.is_same, "input_sha256": again.input_sha256, "output_sha256": again.output_sha256}
    answer({**result, "differs": list(again.differs)}, format)
    if not again.is_same:
        talk(f"The round does not come out the same: {', '.join(again.differs)} differ.")
        raise typer.Exit(1)


@rounds_group.command("explain")
def explain(
    context: typer.Context, party: Annotated[str, typer.Option()], activity: Annotated[str, typer.Option()],
    round: Annotated[int | None, typer.Option()] = None, language: Annotated[str, typer.Option()] = "en",
    format: Form = Format.TEXT,
) -> None:  # fmt: skip
    """Why a party got what it got at an activity, and what would have changed it."""
    by = actor(context)
    within = queries.round_of(round, seen_by=by) if round else None
    answer(_explained(queries.explanation(party, activity, seen_by=by, within=within), language), format)


def _faults(row: Difference) -> list[dict[str, object]]:
    return [{"row": row.line, "column": f.column, "value": f.value, "why": say(f.why, "en")} for f in row.faults]


def _round(drawn: Round) -> dict[str, Any]:
    counts = {name: drawn.counts[name] for name in ("requests", "asked", "granted", "funded", "cancelled")}
    figures = {name: getattr(drawn, name) for name in ("value", "bound", "gap_percent", "seconds", "input_sha256", "output_sha256")}
    about = {"edition": drawn.edition_id, "number": drawn.number, "rule": str(drawn.rule), "seed": drawn.seed, "state": drawn.state}
    return {"round": drawn.pk, **about, **counts, **figures}


def _explained(line: Line, language: str) -> dict[str, Any]:
    said, asked = queries.said(line), line.request
    return {
        "round": line.round_id, "rule": str(line.round.rule), "party": asked.party_id, "activity": asked.activity.number,
        "asked": asked.places, "funded": line.funded, "self_paid": line.self_paid, "outcome": line.outcome, "causes": line.causes,
        "why": " ".join(say(s, language) for s in said.reasons),
        "would_change": " ".join(say(s, language) for s in said.would_change),
    }  # fmt: skip
