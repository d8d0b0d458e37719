"""The API of the room of nominations: lists without names, collecting, and what is done with nominations.

Names come through the API only with a reason, which is written down before they are read.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from comity.activities.queries import activity as one_activity
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import _
from comity.nominations import queries
from comity.nominations.acts import answers, nominations, readings, reserve
from comity.nominations.models import Nomination
from comity.nominations.queries import boards
from comity.nominations.queries import reserve as lists
from comity.nominations.rules.identities import PARTS, Names
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["nominations"])
Limit = Annotated[int, Query(ge=1, le=200)]
Keys = Annotated[list[Annotated[int, Field(ge=1, le=2**62)]], Field(min_length=1, max_length=1000)]


class NamesNeedAReason(Refusal):
    """Names leave through the API as through any other door: with a reason in words."""

    message = _("Say with ?why= in words what the names are needed for; it is written down.")


class NominationOut(Schema):
    """A nomination; who it is, is known by a number. The names are there only where they were asked for with a reason."""

    id: int
    activity: str
    edition: int
    party: str
    person: str
    rank: str
    choice: int
    team: str
    state: str
    held_until: datetime | None
    version: int
    names: dict[str, str] | None = None


class CandidateIn(Schema):
    """A candidate: somebody on file by number, or somebody new by name."""

    activity: str = Field(max_length=24)
    person: str | None = Field(None, max_length=24)
    family_name: str = Field("", max_length=120)
    given_name: str = Field("", max_length=120)
    email: str = Field("", max_length=120)
    phone: str = Field("", max_length=120)
    born_on: str = Field("", max_length=10)
    passport_number: str = Field("", max_length=120)
    unit: str = Field("", max_length=120)
    rank: str = Field("", max_length=8)
    gender: str = Field("", max_length=5)
    english: str = Field("", max_length=20)
    french: str = Field("", max_length=20)
    clearance: str = Field("", max_length=12)
    cleared_until: date | None = None
    choice: int | None = Field(None, ge=1, le=999)
    team: str = Field("", max_length=40)


class Chosen(Schema):
    """Some nominations, and the reason where an act wants one."""

    nominations: Keys
    reason: str = Field("", max_length=600)


class ForwardOut(Schema):
    """What came of putting people forward."""

    forward: list[int]
    waiting: list[int]
    kept_back: list[dict[str, Any]]


class StepOut(Schema):
    """A step of a reserve list with its reason, in the reader's language."""

    id: int
    kind: str
    party: str
    person: str | None
    seats: int
    at: datetime
    why: str


@router.get("/nominations", response=Page[NominationOut])
def list_nominations(
    request: Visit, edition: int = 0, activity: str = "", party: str = "", state: str = "", names: bool = False, why: str = "",
    cursor: str = "", limit: Limit = 50,
) -> dict[str, Any]:  # fmt: skip
    """The nominations a reader may see. With `names` and a reason, the names this reader may open; that is written down."""
    if names and len(why.split()) < 2:
        raise NamesNeedAReason
    given = {"year": str(edition % 10_000) if edition else "", "activity": activity, "party": party, "state": state}
    items, following = page_of(boards.chosen(queries.nominations(seen_by=request.actor), given), cursor=cursor, limit=limit)
    told = readings.names(items, by=request.actor, at=datetime.now(UTC), where="api", why=why) if names and items else {}
    return {"items": [_out(n, told) for n in items], "next": following}


@router.post("/nominations", response={201: NominationOut})
def collect(request: Visit, body: CandidateIn) -> Status[dict[str, Any]]:
    """Name a candidate for an activity."""
    given = body.dict()
    activity = one_activity(given.pop("activity"), seen_by=request.actor)
    number = given.pop("person")
    person = queries.person(number, seen_by=request.actor) if number else None
    names = Names.of(given)
    told = {key: value for key, value in given.items() if key not in PARTS}
    made = nominations.collect(activity, person=person, names=names, by=request.actor, at=datetime.now(UTC), **told)
    return Status(201, _out(queries.nomination(made.pk, seen_by=request.actor), {}))


@router.post("/nominations/put-forward", response=ForwardOut)
def put_forward(request: Visit, body: Chosen) -> dict[str, Any]:
    """Put endorsed people forward; granted seats go in the order of choice, the others wait."""
    done = nominations.put_forward(_chosen(request, body), by=request.actor, at=datetime.now(UTC))
    kept_back = [{"nomination": n.pk, "why": say(why)} for n, why in done.kept_back]
    return {"forward": [n.pk for n in done.forward], "waiting": [n.pk for n in done.waiting], "kept_back": kept_back}


ACTS: dict[str, Any] = {
    "endorse": nominations.endorse, "withdraw": nominations.withdraw, "accept": answers.accept, "decline": answers.decline,
    "take": reserve.take, "refuse": reserve.refuse,
}  # fmt: skip


Moves = Literal["endorse", "withdraw", "accept", "decline", "take", "refuse"]


@router.post("/nominations/{act}", response=dict[str, int])
def move(request: Visit, act: Moves, body: Chosen) -> dict[str, int]:
    """Endorse, withdraw, accept, ask for substitutes, or take and refuse what is offered: teams go whole."""
    told = {"reason": body.reason} if act in ("withdraw", "decline") else {}
    return {"people": ACTS[act](_chosen(request, body), by=request.actor, at=datetime.now(UTC), **told)}


@router.get("/nominations/{number}/steps", response=Page[StepOut])
def list_steps(request: Visit, number: str, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The steps of an activity's reserve list that a reader may see."""
    found = lists.steps(one_activity(number, seen_by=request.actor), seen_by=request.actor)
    items, following = page_of(found, cursor=cursor, limit=limit)
    return {"items": [_step(s) for s in items], "next": following}


def _step(step: Any) -> dict[str, Any]:
    own = {name: getattr(step, name) for name in ("id", "kind", "seats", "at")}
    person = step.nomination.person.number if step.nomination else None
    return own | {"party": step.party_id, "person": person, "why": " ".join(map(say, boards.told(step.why)))}


def _chosen(request: Visit, body: Chosen) -> list[Nomination]:
    """The nominations that were named; one that the caller may not see is nobody's."""
    found = list(queries.nominations(seen_by=request.actor).filter(pk__in=body.nominations))
    if len(found) != len(set(body.nominations)):
        raise NotFound(what="nomination")
    return found


def _out(n: Nomination, told: dict[int, Names]) -> dict[str, Any]:
    own = {name: getattr(n, name) for name in ("id", "choice", "team", "state", "held_until", "version")}
    about = {"activity": n.activity.number, "edition": n.activity.edition_id, "party": n.party_id, "person": n.person.number}
    names = vars(told[n.person_id]) if n.person_id in told else None
    return own | about | {"rank": n.person.rank, "names": names}
