"""What is asked for, set beside the rows of the menu: the demand for the staff, the own requests for a delegation."""

from collections.abc import Sequence

from django.db.models import Sum

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.activities.queries.menu import Beside, Cell, suppliers
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.participation.models import Request
from comity.participation.rules import REQUEST_STATES


def wire() -> None:
    """Tell the menu, whose own room refuses to know who asks for which place; done once, at start."""
    suppliers.append(asked)


def asked(shown: Sequence[Activity], seen_by: Actor) -> Beside | None:
    """The column for one reader, in one query; nothing for those who neither ask for places nor see who does."""
    live = Request.objects.seen_by(seen_by).live().filter(activity__in=[a.pk for a in shown]).order_by()
    if seen_by.may(Permission.SEE_EVERYTHING):
        places = dict(live.values_list("activity").annotate(Sum("places", default=0)))
        seats = {a.pk: a.seats for a in shown}
        words = {pk: Sentence(_("{places} asked for"), {"places": n}) for pk, n in places.items()}
        return Beside(Sentence(_("Demand")), {pk: Cell(words[pk], n, seats[pk]) for pk, n in places.items()})
    if not (seen_by.party and seen_by.may(Permission.REQUEST_PLACES)):
        return None
    own = live.filter(party=seen_by.party).values_list("activity", "places", "state")
    return Beside(Sentence(_("Ours")), {pk: Cell(_own(places, state)) for pk, places, state in own})


def _own(places: int | None, state: str) -> Sentence:
    """How an own request stands."""
    words = Sentence(REQUEST_STATES[state])
    return words if places is None else Sentence(_("{state}: {places}"), {"places": places, "state": words})
