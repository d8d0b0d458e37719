"""Commands for the trail: prove that it is whole, read it."""

from datetime import UTC, datetime

import typer

from comity.trail import queries
from comity.ui.terminal import Format, actor, answer, talk

group = typer.Typer(no_args_is_help=True, help="The append-only record of acts.")
groups = {"trail": group}
DAY = typer.Option(None, formats=["%Y-%m-%d"])


@group.command("verify")
def verify(format: Format = Format.TEXT) -> None:
    """Recompute every digest; exit status 1 and the first line that does not fit, if any."""
    verdict = queries.verify()
    answer({"lines": verdict.lines, "is_whole": verdict.is_whole, "broken_at": verdict.broken_at}, format)
    if not verdict.is_whole:
        talk(f"The trail is broken at line {verdict.broken_at}.")
        raise typer.Exit(1)


@group.command("list")
def list_(
    context: typer.Context,
    act: str = "",
    subject: str = "",
    who: str = "",
    since: datetime = DAY,
    until: datetime = DAY,
    limit: int = 50,
    format: Format = Format.TEXT,
) -> None:
    """List the lines you may see, newest first; days are days in UTC and --until is the first day left out."""
    narrowing = {"since": since and since.replace(tzinfo=UTC), "until": until and until.replace(tzinfo=UTC)}
    found = queries.search(seen_by=actor(context), act=act, subject=subject, actor=who, **narrowing)[: max(0, limit)]
    lines = [
        {"number": e.pk, "at": e.at, "act": e.act, "subject": e.label, "actor": e.actor, "party": e.party, "about": e.about_party}
        for e in found
    ]
    answer({"count": len(lines), "lines": lines}, format, "lines")
