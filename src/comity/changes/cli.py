"""Changes on the terminal: looked at, then applied."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from comity.activities import queries as activities
from comity.changes import queries
from comity.changes.acts import changes
from comity.changes.models import Change
from comity.changes.queries.sights import sight
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.ui.terminal import Format, actor, answer

changes_group = typer.Typer(no_args_is_help=True, help="What a change breaks: preview, show, apply, drop.")
groups = {"changes": changes_group}
Form = Annotated[Format, typer.Option("--format")]
Text = Annotated[str, typer.Option()]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@changes_group.command("preview")
def preview(
    context: typer.Context, deed: str, activity: str, starts: Day = None, ends: Day = None,
    seats: Annotated[int, typer.Option(min=1)] = 1, minimum: Annotated[int | None, typer.Option(min=0)] = None, reason: Text = "",
    format: Form = Format.TEXT,
) -> None:  # fmt: skip
    """Look at what it would break to `move`, `shrink` or `cancel` an activity, named by its number."""
    by = actor(context)
    found = activities.activity(activity, seen_by=by)
    told: dict[str, Any] = {"reason": reason, "by": by, "at": datetime.now(UTC)}
    if deed == "move":
        made = changes.prepare_move(found, starts=_day(starts), ends=_day(ends), **told)
    elif deed == "shrink":
        made = changes.prepare_shrink(found, seats=seats, minimum=minimum, **told)
    elif deed == "cancel":
        made = changes.prepare_cancel(found, **told)
    else:
        raise NotFound(what="deed")
    answer(_told(made, by), format, rows="consequences")


@changes_group.command("show")
def show(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], format: Form = Format.TEXT) -> None:
    """One change with everything it touches."""
    by = actor(context)
    answer(_told(queries.change(number, seen_by=by), by), format, rows="consequences")


@changes_group.command("apply")
def apply(
    context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], shown: Text, format: Form = Format.TEXT
) -> None:  # fmt: skip
    """Make a change; `--shown` is the digest of the list that was looked at."""
    by = actor(context)
    made = changes.apply(queries.change(number, seen_by=by), shown=shown, by=by, at=datetime.now(UTC))
    answer(_told(made, by), format, rows="consequences")


@changes_group.command("drop")
def drop(context: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], format: Form = Format.TEXT) -> None:
    """Leave things as they are."""
    by = actor(context)
    dropped = changes.drop(queries.change(number, seen_by=by), by=by, at=datetime.now(UTC))
    answer({"change": dropped.pk, "state": dropped.state}, format)


def _day(given: datetime | None) -> PartialDate:
    return PartialDate.of(given.date() if given else None)


def _told(change: Change, by: Actor) -> dict[str, Any]:
    """A change as a program reads it."""
    seen = sight(change, on=datetime.now(UTC).date(), seen_by=by)
    rows = [
        {
            "kind": c.kind,
            "party": c.party,
            "says": say(c.says),
            "before": c.before,
            "after": c.after,
            "amount": c.amount,
            "weight": c.weight,
        }
        for c in seen.consequences
    ]
    about = {"change": change.pk, "deed": change.deed, "about": str(change.activity or change.party_id), "state": change.state}
    return about | {"digest": change.digest, "stale": seen.is_stale, "lines": seen.number, "consequences": rows}
