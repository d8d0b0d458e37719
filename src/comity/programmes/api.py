"""The API of the room of programmes: programmes, objectives, goals and reviews."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.programmes import queries
from comity.programmes.acts import documents
from comity.programmes.acts import goals as goal_acts
from comity.programmes.models import Goal, Objective, Programme, ProgrammeType
from comity.programmes.queries.documents import narrowed
from comity.programmes.queries.goals import areas
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["programmes"])
Limit = Annotated[int, Query(ge=1, le=200)]
LARGEST = 2**62
DATE = r"^[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


class ProgrammeOut(Schema):
    """A programme: what it is and when it runs, which is public; nothing of what hangs on it."""

    id: int
    party: str
    type: str
    edition: str
    title_en: str
    title_fr: str
    since: str
    until: str
    binding: str
    state: str
    source: str | None
    text: int | None
    agreement: int | None

    @staticmethod
    def of(programme: Programme, reader: Actor) -> dict[str, Any]:
        """A programme as it is told to a reader."""
        own = programme.is_open_to(reader)
        return {
            "id": programme.pk, "party": programme.party_id, "type": programme.type_id, "edition": programme.edition,
            "title_en": programme.name.en, "title_fr": programme.name.fr, "since": programme.since.text,
            "until": programme.until.text, "binding": programme.binding, "state": programme.state,
            "source": programme.source.address if programme.source else None,
            "text": programme.text_id if own else None, "agreement": programme.agreement_id if own else None,
        }  # fmt: skip


class TypeOut(Schema):
    """A type of programme."""

    code: str
    name_en: str
    name_fr: str
    cycle: int | None
    rhythm: int | None
    since: str
    until: str
    chapters: list[dict[str, str]]
    openings: list[dict[str, Any]]
    is_alone: bool
    is_signed: bool

    @staticmethod
    def resolve_since(found: ProgrammeType) -> str:
        """Since when there is such a document."""
        return found.since.text

    @staticmethod
    def resolve_until(found: ProgrammeType) -> str:
        """Until when there was."""
        return found.until.text


class ProgrammeIn(Schema):
    """A programme to be opened."""

    party: str = Field(max_length=12)
    type: str = Field(max_length=40)
    edition: str = Field(max_length=40)
    since: str = Field(pattern=DATE)
    until: str = Field("", pattern=f"{DATE}|^$")
    binding: Literal["binding", "not_binding", "unknown"] = "unknown"
    waiver: str = Field("", max_length=600)


@router.get("/programmes", response=Page[ProgrammeOut])
def list_programmes(
    request: Visit, party: str = "", type: str = "", state: str = "", marker: str = "", cursor: str = "", limit: Limit = 50
) -> dict[str, object]:
    """Programmes: drafts of the own party, and what is or was in force of every party; for the staff, all."""
    asked = {"party": [party], "type": [type], "state": [state], "marker": [marker]}
    found = narrowed(queries.programmes(seen_by=request.actor), asked)
    items, following = page_of(found, cursor=cursor, limit=limit)
    return {"items": [ProgrammeOut.of(programme, request.actor) for programme in items], "next": following}


@router.post("/programmes", response={201: ProgrammeOut})
def open_programme(request: Visit, body: ProgrammeIn) -> Status[dict[str, Any]]:
    """Open a programme of a party with a text that both sides draft."""
    party = queries.party_planning(body.party, seen_by=request.actor)
    values = {"since": documents.dated(body.since), "until": documents.dated(body.until), "type": _type(body.type, request.actor)}
    told = body.dict(exclude={"party"}) | values
    made = documents.open_programme(party, by=request.actor, at=datetime.now(UTC), **told)
    return Status(201, ProgrammeOut.of(made, request.actor))


@router.get("/programmes/{pk}", response=ProgrammeOut)
def read_programme(request: Visit, pk: int) -> dict[str, Any]:
    """One programme."""
    return ProgrammeOut.of(queries.programme(_fits(pk), seen_by=request.actor), request.actor)


@router.get("/programme-types", response=list[TypeOut])
def list_types(request: Visit) -> list[ProgrammeType]:
    """The types of programmes."""
    return list(queries.types(seen_by=request.actor))


def _type(code: str, reader: Actor) -> ProgrammeType:
    return queries.programme_type(code, seen_by=reader)


class ObjectiveOut(Schema):
    """An objective of a party."""

    id: int
    party: str
    number: int
    title_en: str
    title_fr: str
    first_year: int
    last_year: int
    programme: int | None
    state: str

    @staticmethod
    def resolve_party(objective: Objective) -> str:
        """The code of its party."""
        return objective.party_id

    @staticmethod
    def resolve_programme(objective: Objective) -> int | None:
        """The programme it is of."""
        return objective.programme_id

    @staticmethod
    def resolve_state(objective: Objective) -> str:
        """Whether it holds."""
        return "live" if objective.is_live else "retired"


@router.get("/objectives", response=Page[ObjectiveOut])
def list_objectives(request: Visit, party: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, object]:
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
    programme: int | None
    title_only: bool
    outcome: str
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
    def resolve_programme(goal: Goal) -> int | None:
        """The programme it is of."""
        return goal.programme_id

    @staticmethod
    def resolve_title_only(goal: Goal) -> bool:
        """Whether only number and title are kept here."""
        return goal.is_title_only

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
    deadline: str = Field(pattern=DATE)
    priority: int = Field(2, ge=1, le=3)
    programme: int | None = Field(None, ge=1, le=LARGEST)


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
    programme = queries.programme(body.programme, seen_by=request.actor) if body.programme else None
    values = body.dict() | {"objective": objective, "area": area, "deadline": PartialDate(body.deadline), "programme": programme}
    return Status(201, goal_acts.set_goal(objective.party, by=request.actor, at=datetime.now(UTC), **values))


@router.get("/goals/{pk}", response=GoalOut)
def read_goal(request: Visit, pk: int) -> Goal:
    """One goal."""
    return queries.goal(_fits(pk), seen_by=request.actor)


def _fits(pk: int) -> int:
    """A key the database can look for; anything larger is not there."""
    return pk if 0 < pk < LARGEST else 0
