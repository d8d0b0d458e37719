"""The API of the room of programmes: objectives and goals."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from comity.kernel.dates import PartialDate
from comity.programmes import queries
from comity.programmes.acts import goals as goal_acts
from comity.programmes.models import Goal, Objective
from comity.programmes.queries.goals import areas
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["programmes"])
Limit = Annotated[int, Query(ge=1, le=200)]
LARGEST = 2**62


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
def programmes(request: Visit, party: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, object]:
    """Objectives of the own party; for the staff, of all."""
    found = queries.objectives(seen_by=request.actor)
    items, following = page_of(found.filter(party=party.upper()) if party else found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


class GoalOut(Schema):
    """A goal of a party."""

    id: int
    party: str
    number: int
    objective: int
    title_en: str
    title_fr: str
    area: str
    tier: str
    units: int
    deadline: str
    priority: int
    state: str
    version: int

    @staticmethod
    def resolve_party(goal: Goal) -> str:
        """The code of its party."""
        return goal.party_id

    @staticmethod
    def resolve_objective(goal: Goal) -> int:
        """The objective it serves."""
        return goal.objective_id

    @staticmethod
    def resolve_area(goal: Goal) -> str:
        """The code of its area."""
        return goal.area.code

    @staticmethod
    def resolve_deadline(goal: Goal) -> str:
        """The date, as precise as it is known."""
        return goal.deadline.text

    @staticmethod
    def resolve_state(goal: Goal) -> str:
        """Whether it holds."""
        return "live" if goal.is_live else "retired"


class GoalIn(Schema):
    """A new goal."""

    objective: int = Field(ge=1, le=LARGEST)
    number: int = Field(ge=1, le=32_000)
    title_en: str = Field(max_length=300)
    title_fr: str = Field("", max_length=300)
    area: str = Field(max_length=60)
    tier: Literal["beginner", "intermediate", "advanced"] = "beginner"
    units: int = Field(ge=1, le=100_000)
    deadline: str = Field(pattern=r"^[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")
    priority: int = Field(2, ge=1, le=3)


@router.get("/goals", response=Page[GoalOut])
def list_goals(request: Visit, party: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """Goals of the own party; for the staff, of all."""
    found = queries.goals(seen_by=request.actor)
    items, following = page_of(found.filter(party=party.upper()) if party else found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.post("/goals", response={201: GoalOut})
def set_goal(request: Visit, body: GoalIn) -> Status[Goal]:
    """Set a goal of the party whose objective is named."""
    objective = queries.objective(body.objective, seen_by=request.actor)
    area = areas(seen_by=request.actor).filter(code=body.area).first()
    if area is None:
        raise goal_acts.NoSuchArea(area=body.area)
    values = body.dict() | {"objective": objective, "area": area, "deadline": PartialDate(body.deadline)}
    return Status(201, goal_acts.set_goal(objective.party, by=request.actor, at=datetime.now(UTC), **values))


@router.get("/goals/{pk}", response=GoalOut)
def read_goal(request: Visit, pk: int) -> Goal:
    """One goal."""
    return queries.goal(_fits(pk), seen_by=request.actor)


def _fits(pk: int) -> int:
    """A key the database can look for; anything larger is not there."""
    return pk if 0 < pk < LARGEST else 0
