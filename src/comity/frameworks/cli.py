"""The register on the terminal: rolls, frameworks, statements."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from comity.frameworks.queries import registers
from comity.frameworks.queries.listings import framework_lines
from comity.frameworks.rules.register import Register, Seat
from comity.ui.terminal import Format, actor, answer

frameworks = typer.Typer(no_args_is_help=True, help="Frameworks and who belongs to them.")
statements = typer.Typer(no_args_is_help=True, help="What the documents say, checked against the register.")
groups = {"frameworks": frameworks, "statements": statements}
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day to look at; today without it.")]
Form = Annotated[Format, typer.Option("--format")]


@frameworks.command()
def roll(context: typer.Context, code: str, on: Day = None, form: Form = Format.TEXT) -> None:
    """Who is on the roll of a framework on a day."""
    day = (on or datetime.now(UTC)).date()
    held, found = registers.roll(code, on=day, seen_by=actor(context))
    answer(
        {
            "framework": found.framework,
            "on": day,
            "count": found.count,
            "allies": found.allies,
            "partners": found.partners,
            "suspended": list(found.suspended),
            "members": [member(seat, held) for seat in found.seats],
        },
        form,
        rows="members",
    )


def member(seat: Seat, held: Register) -> dict[str, Any]:
    """One seat of a roll as a program reads it."""
    return {
        "party": seat.party,
        "name": held.parties[seat.party].en,
        "standing": seat.row.standing,
        "state": seat.state,
        "since": str(seat.row.since),
        "precision": seat.row.since.precision,
        "sources": list(seat.row.sources),
    }


@frameworks.command("list")
def every(context: typer.Context, on: Day = None, form: Form = Format.TEXT) -> None:
    """Every framework with how many count in it on a day."""
    day = (on or datetime.now(UTC)).date()
    by = actor(context)
    lines = framework_lines(registers.register(seen_by=by), on=day, seen_by=by)
    rows = [
        {"code": line.framework.code, "name": line.framework.name_en, "count": line.roll.count, "partners": line.roll.partners}
        for line in lines
    ]
    answer({"on": day, "frameworks": rows}, form, rows="frameworks")


@statements.command()
def check(
    context: typer.Context, document: Annotated[int | None, typer.Option(min=0, max=1)] = None, form: Form = Format.TEXT
) -> None:
    """Evaluate every statement of the documents against the register."""
    found = registers.checked(seen_by=actor(context), document=document)
    told = [
        {
            "id": one.statement.id,
            "document": one.statement.document,
            "says": one.statement.says_en,
            "as_of": one.statement.as_of,
            "verdict": one.outcome.verdict,
            "because": [str(reason) for reason in one.outcome.reasons],
        }
        for one in found
    ]
    answer({"total": len(found), **registers.verdicts(found), "statements": told}, form, rows="statements")
