"""Acts on drafts: what one person is writing is saved whatever else is true, and seen by nobody else.

A draft leaves no line in the trail: nothing is said to anybody yet.
"""

from datetime import datetime

from django.db import transaction

from comity.drafting import rules
from comity.drafting.acts import courts
from comity.drafting.models import Clause, Draft
from comity.kernel.actors import Actor


@transaction.atomic
def save(clause: Clause, body: str, *, base: int, by: Actor, at: datetime) -> Draft:
    """Save what somebody is writing on a clause: empty, half done, on a clause that rests or is gone, in anybody's turn.

    Args:
        base: the revision of the clause that the words are written upon.
    """
    courts.side_for(clause.text, by=by)
    told = {"body": rules.seen(body), "base": max(1, min(base, clause.revision)), "saved_at": at}
    return Draft.objects.update_or_create(clause=clause, login=by.login, defaults=told)[0]


@transaction.atomic
def discard(clause: Clause, *, by: Actor) -> None:
    """Throw one's own draft on a clause away."""
    Draft.objects.seen_by(by).filter(clause=clause).delete()
