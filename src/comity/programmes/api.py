"""The API of the room of programmes."""

from typing import Annotated

from ninja import Query, Router, Schema

from comity.programmes import queries
from comity.programmes.models import Objective
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["programmes"])


class ObjectiveOut(Schema):
    """An objective of a party."""

    id: int
    party: str
    number: int
    title_en: str
    title_fr: str
    first_year: int
    last_year: int
    state: str

    @staticmethod
    def resolve_party(objective: Objective) -> str:
        """The code of its party."""
        return objective.party_id

    @staticmethod
    def resolve_state(objective: Objective) -> str:
        """Whether it holds."""
        return "live" if objective.is_live else "retired"


@router.get("/programmes", response=Page[ObjectiveOut])
def programmes(
    request: Visit, party: str = "", cursor: str = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> dict[str, object]:
    """Objectives of the own party; for the staff, of all."""
    found = queries.objectives(seen_by=request.actor)
    items, following = page_of(found.filter(party=party.upper()) if party else found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}
