"""What follows the passing of a turn: whoever has it now is told."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.drafting import queries
from comity.drafting.acts import telling
from comity.kernel.actors import Actor

THE_DESK = Actor(login="system", name="Comity", permissions=frozenset({Permission.SEE_EVERYTHING}))


@app.task(queue="notices", name="drafting.tell_turn")
def tell_turn(subject: str, entry: int = 0) -> int:
    """Tell whose turn it is; run again it tells nobody twice."""
    return telling.turn_passed(queries.text(int(subject), seen_by=THE_DESK), by=THE_DESK, at=datetime.now(UTC))


follows = {"text.turn-passed": tell_turn}
