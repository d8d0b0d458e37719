"""The API of the room of participation: requests, rounds, lines."""

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema, Status

from comity.activities.queries import activity as one_activity
from comity.kernel.faces import say
from comity.participation import queries
from comity.participation.acts import requests
from comity.participation.models import Line, Request, Round
from comity.programmes.queries import objective
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["participation"])
Limit = Annotated[int, Query(ge=1, le=200)]


class RequestOut(Schema):
    """A request for places."""

    id: int
    activity: str
    edition: int
    party: str
    places: int | None
    priority: int | None
    funding: str
    objective: int | None
    note: str
    state: str
    version: int
    changed_at: datetime

    @staticmethod
    def resolve_activity(request: Request) -> str:
        """The number of the activity."""
        return request.activity.number

    @staticmethod
    def resolve_edition(request: Request) -> int:
        """The year of the edition."""
        return request.activity.edition_id

    @staticmethod
    def resolve_party(request: Request) -> str:
        """The code of the party."""
        return request.party_id

    @staticmethod
    def resolve_objective(request: Request) -> int | None:
        """The objective it serves."""
        return request.objective_id


class Wish(Schema):
    """What may be changed of a request; what is left out stays as it is."""

    places: int | None = Field(None, ge=1, le=30_000)
    priority: int | None = Field(None, ge=1, le=3)
    funding: str | None = Field(None, pattern="^(none|wanted|needed)$")
    objective: int | None = Field(None, ge=1, le=2**62)
    note: str | None = Field(None, max_length=4000)


class RequestIn(Wish):
    """A new request."""

    activity: str = Field(max_length=24)
    edition: int = Field(ge=1949, le=2199)


class Change(Wish):
    """A change to a request, with the version it was read in."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)


class RoundOut(Schema):
    """A round."""

    id: int
    edition: int
    number: int
    rule: str
    rule_version: int
    rule_sha256: str
    seed: int
    simulation: bool
    state: str
    ordered_at: datetime
    drawn_up_at: datetime | None
    published_at: datetime | None
    gap_percent: float | None
    output_sha256: str


class LineOut(Schema):
    """What a request got in a round, and why, in the reader's language."""

    id: int
    request: int
    party: str
    activity: str
    asked: int | None
    priority: int | None
    funded: int
    self_paid: int
    outcome: str
    causes: list[str]
    why: str
    would_change: str


@router.get("/requests", response=Page[RequestOut])
def list_requests(
    request: Visit, edition: int = 0, party: str = "", state: str = "", cursor: str = "", limit: Limit = 50
) -> dict[str, Any]:
    """One's own party's requests; for the staff those of all."""
    found = queries.requests(seen_by=request.actor)
    if edition:
        found = found.of_edition(edition % 10_000)
    if party:
        found = found.filter(party=party.upper())
    if state:
        found = found.filter(state=state)
    items, following = page_of(found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.post("/requests", response={201: RequestOut})
def ask(request: Visit, body: RequestIn) -> Status[Request]:
    """Ask for places: a draft in one's own basket."""
    activity = one_activity(body.activity, seen_by=request.actor, year=body.edition)
    values = _values(request, body, "activity", "edition")
    return Status(201, requests.ask(activity, by=request.actor, at=datetime.now(UTC), **values))


@router.get("/requests/{pk}", response=RequestOut)
def read(request: Visit, pk: int) -> Request:
    """One request."""
    return queries.request(_fits(pk), seen_by=request.actor)


@router.patch("/requests/{pk}", response=RequestOut)
def change(request: Visit, pk: int, body: Change) -> Request:
    """Change a request."""
    asked = queries.request(_fits(pk), seen_by=request.actor)
    values = _values(request, body, "version")
    return requests.change(asked, version=body.version, by=request.actor, at=datetime.now(UTC), **values)


@router.post("/requests/{pk}/submit", response=RequestOut)
def submit(request: Visit, pk: int) -> Request:
    """Submit a draft."""
    return requests.submit(queries.request(_fits(pk), seen_by=request.actor), by=request.actor, at=datetime.now(UTC))


@router.post("/requests/{pk}/withdraw", response=RequestOut)
def withdraw(request: Visit, pk: int) -> Request:
    """Withdraw a request."""
    return requests.withdraw(queries.request(_fits(pk), seen_by=request.actor), by=request.actor, at=datetime.now(UTC))


@router.get("/rounds", response=Page[RoundOut])
def list_rounds(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The rounds a reader may see: published ones, or all for those who prepare them."""
    items, following = page_of(queries.rounds(seen_by=request.actor).order_by("pk"), cursor=cursor, limit=limit)
    return {"items": [_round(r) for r in items], "next": following}


@router.get("/rounds/{pk}/lines", response=Page[LineOut])
def list_lines(request: Visit, pk: int, outcome: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The lines of a round that a reader may see, each with its reason."""
    found = queries.lines(queries.round_of(_fits(pk), seen_by=request.actor), seen_by=request.actor)
    items, following = page_of(found.filter(outcome=outcome) if outcome else found, cursor=cursor, limit=limit)
    return {"items": [_line(line) for line in items], "next": following}


def _values(request: Visit, body: Wish, *but: str) -> dict[str, Any]:
    """What was sent, with the objective looked up among those the caller may see."""
    sent = {name: value for name, value in body.dict(exclude_unset=True).items() if name not in but}
    if sent.get("objective") is not None:
        sent["objective"] = objective(sent["objective"], seen_by=request.actor)
    return sent | {name: default for name, default in (("funding", "none"), ("note", "")) if name in sent and sent[name] is None}


def _round(r: Round) -> dict[str, Any]:
    own = (
        "id",
        "number",
        "seed",
        "simulation",
        "state",
        "ordered_at",
        "drawn_up_at",
        "published_at",
        "gap_percent",
        "output_sha256",
    )
    rule = {"rule": r.rule.name, "rule_version": r.rule.version, "rule_sha256": r.rule.sha256}
    return {name: getattr(r, name) for name in own} | rule | {"edition": r.edition_id}


def _line(line: Line) -> dict[str, Any]:
    asked, said = line.request, queries.said(line)
    own = {name: getattr(line, name) for name in ("id", "funded", "self_paid", "outcome", "causes")}
    words = {"why": " ".join(map(say, said.reasons)), "would_change": " ".join(map(say, said.would_change))}
    about = {
        "request": asked.pk,
        "party": asked.party_id,
        "activity": asked.activity.number,
        "asked": asked.places,
        "priority": asked.priority,
    }
    return own | words | about


def _fits(pk: int) -> int:
    """A number that the column can hold; any other is nobody's."""
    return pk if 0 < pk < 2**63 else 0
