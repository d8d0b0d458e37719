"""Commands for messages: try the server for letters, see what became of them."""

from datetime import UTC, datetime

import typer

from comity.exchange.mail import Fate
from comity.notices import queries
from comity.notices.acts import posting
from comity.notices.models import LetterState
from comity.ui.terminal import Format, actor, answer

group = typer.Typer(no_args_is_help=True, help="What people are told, and the letters it goes out in.")
groups = {"notices": group}


@group.command("tell-test")
def tell_test(context: typer.Context, address: str, format: Format = Format.TEXT) -> None:
    """Send a letter that tells nothing, and say what the server answered; exit status 1 if it was not taken."""
    outcome = posting.try_out(address, by=actor(context), at=datetime.now(UTC))
    answer({"address": address, "outcome": outcome.fate, "code": outcome.code, "words": outcome.words}, format)
    if outcome.fate is not Fate.TAKEN:
        raise typer.Exit(1)


@group.command("letters")
def letters(context: typer.Context, state: LetterState | None = None, limit: int = 50, format: Format = Format.TEXT) -> None:
    """List the letters with what became of them, newest first."""
    by = actor(context)
    found = [
        {
            "id": letter.pk,
            "to": letter.recipient.login,
            "party": letter.party_id,
            "state": letter.state,
            "notices": letter.told,
            "tries": letter.tries,
            "written_at": letter.written_at,
            "next_at": letter.next_at,
            "code": letter.code,
            "reason": letter.reason,
        }
        for letter in queries.letters(seen_by=by, state=state or "")[: max(0, limit)]
    ]
    answer({"count": len(found), "by_state": queries.letters_by_state(seen_by=by), "letters": found}, format, "letters")
