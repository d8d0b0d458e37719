"""The API of the room of plans: plans and their lines."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from comity.kernel.faces import say
from comity.plans import queries
from comity.plans.acts import lines, plans
from comity.plans.models import Plan
from comity.plans.queries.pictures import picture
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["plans"])
Limit = Annotated[int, Query(ge=1, le=200)]
LARGEST = 2**62


class PlanOut(Schema):
    """A plan: its limits, and what it reaches, costs and breaks as it stands."""

    id: int
    party: str
    state: str
    name: str
    first_year: int
    years: int
    budgets: list[int | None]
    away_cap: int | None
    speakers: list[int | None]
    version: int
    coverage: float
    cost: int
    trips: int
    breaches: list[dict[str, Any]]
    goals: list[dict[str, Any]]
    proof: dict[str, Any]

    @staticmethod
    def of(plan: Plan) -> dict[str, Any]:
        """A plan as it is told."""
        own = ("id", "state", "name", "first_year", "years", "budgets", "away_cap", "speakers", "version", "proof")
        told = ("coverage", "cost", "trips", "breaches", "goals")
        return {n: getattr(plan, n) for n in own} | {n: plan.outcome[n] for n in told} | {"party": plan.party_id}


class PlanLineOut(Schema):
    """A line of a plan, with its activity as the menu has it now."""

    activity: int
    number: str
    title: str
    year: int
    people: int
    state: str
    starts: str
    ends: str
    cost: int
    units: int
    assumed: bool
    serves: list[int]
    notes: list[str]


class Sending(Schema):
    """So many people to an activity in a year; nobody means that it is removed by hand."""

    activity: int = Field(ge=1, le=LARGEST)
    year: int = Field(ge=1949, le=2199)
    people: int = Field(ge=0, le=1_000_000)


@router.get("/plans", response=Page[PlanOut])
def list_plans(request: Visit, party: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """Plans of the own party; for the staff, of all."""
    found = queries.plans(seen_by=request.actor)
    items, following = page_of(found.filter(party=party.upper()) if party else found, cursor=cursor, limit=limit)
    return {"items": [PlanOut.of(plan) for plan in items], "next": following}


@router.get("/plans/{pk}", response=PlanOut)
def read_plan(request: Visit, pk: int) -> dict[str, Any]:
    """One plan."""
    return PlanOut.of(queries.plan(_fits(pk), seen_by=request.actor))


@router.get("/plans/{pk}/lines", response=list[PlanLineOut])
def read_lines(request: Visit, pk: int) -> list[dict[str, Any]]:
    """The lines of a plan, in the order of their days."""
    on = datetime.now(UTC).date()
    told = picture(queries.plan(_fits(pk), seen_by=request.actor), on=on, seen_by=request.actor)
    return [
        {
            "activity": n.line.activity_id, "number": n.line.activity.number, "title": n.line.activity.title, "year": n.line.year,
            "people": n.line.people, "state": n.line.state, "cost": n.cost, "units": n.units, "serves": n.serves,
            "starts": (n.going.starts if n.going else n.line.starts_on).isoformat(),
            "ends": (n.going.ends if n.going else n.line.ends_on).isoformat(),
            "assumed": bool(n.going and n.going.assumed), "notes": [say(f) for f in n.notes],
        }
        for n in told.lines
    ]  # fmt: skip


@router.post("/plans/{pk}/draft", response=PlanOut)
def draft_plan(request: Visit, pk: int) -> dict[str, Any]:
    """Draft a plan: at once, and then with a proof that takes its place when it stands."""
    plans.draft(queries.plan(_fits(pk), seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    return PlanOut.of(queries.plan(_fits(pk), seen_by=request.actor))


@router.post("/plans/{pk}/lines", response=PlanOut)
def send_people(request: Visit, pk: int, body: Sending) -> dict[str, Any]:
    """Send people somewhere by hand; what breaks is told, not refused."""
    found = queries.plan(_fits(pk), seen_by=request.actor)
    return PlanOut.of(lines.send(found, **body.dict(), by=request.actor, at=datetime.now(UTC)))


def _fits(pk: int) -> int:
    """A key the database can look for; anything larger is not there."""
    return pk if 0 < pk < LARGEST else 0
