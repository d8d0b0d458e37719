"""Commands of the room of attendance."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from comity.attendance.acts import certificates as certifying
from comity.attendance.acts import sheets
from comity.attendance.queries.sheets import activity, picture
from comity.ui.terminal import Format, actor, answer

attendance = typer.Typer(help="Attendance sheets and certificates of the activities one runs.", no_args_is_help=True)
groups = {"attendance": attendance}
Form = Annotated[Format, typer.Option("--format", help="text or json")]
Number = Annotated[str, typer.Argument(help="number of the activity")]


@attendance.command("show")
def show(context: typer.Context, number: Number, form: Form = Format.TEXT) -> None:
    """Show a sheet: everybody by number, with their marks and what came of them."""
    by = actor(context)
    told = picture(activity(number, seen_by=by), seen_by=by)
    people = [
        {"person": line.nomination.person.number, "party": line.nomination.party_id, "marks": list(line.marks.values()),
         "result": line.result or told.would_be(line)}
        for line in told.lines
    ]  # fmt: skip
    answer({"activity": told.activity.number, "state": told.sheet.state, "people": people}, form, rows="people")


@attendance.command("close")
def close(context: typer.Context, number: Number, form: Form = Format.TEXT) -> None:
    """Close the sheet of an activity: everybody is settled by its rule."""
    by = actor(context)
    sheets.close(activity(number, seen_by=by), by=by, at=datetime.now(UTC))
    told = picture(activity(number, seen_by=by), seen_by=by)
    results = [line.result for line in told.lines]
    answer(
        {"activity": told.activity.number, "state": told.sheet.state} | {r: results.count(r) for r in sorted(set(results))}, form
    )


@attendance.command("certificates")
def certificates(context: typer.Context, number: Number, form: Form = Format.TEXT) -> None:
    """Issue certificates to everybody who attended and holds none yet."""
    by = actor(context)
    made = certifying.issue(activity(number, seen_by=by), by=by, at=datetime.now(UTC))
    rows = [{"number": c.number, "person": c.nomination.person.number, "party": c.party_id} for c in made]
    answer({"activity": number.upper(), "issued": len(rows), "certificates": rows}, form, rows="certificates")
