"""The register for programs: parties, frameworks, rolls, statements, events. Public, as its pages are."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Router, Schema
from pydantic import Field

from comity.frameworks.models import Event, Framework
from comity.frameworks.queries import listings, registers
from comity.frameworks.queries.events import events as dated_events
from comity.parties.models import Party
from comity.parties.queries import parties as every_party
from comity.parties.queries import party as one_party
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of, public

Limit = Annotated[int, Field(ge=1, le=200)]
Document = Annotated[int | None, Field(ge=0, le=1)]
router = Router(tags=["register"], auth=public)


class PartyOut(Schema):
    """A party."""

    code: str
    kind: str
    alpha2: str
    name_en: str
    name_fr: str


class MembershipOut(Schema):
    """One row of a party's history."""

    framework: str
    standing: str
    since: str
    precision: str
    until: str
    known_since: datetime
    note: str
    suspended: list[str]
    sources: list[str]


class PartyWhole(PartyOut):
    """A party with its whole history."""

    memberships: list[MembershipOut]


class FrameworkOut(Schema):
    """A framework."""

    code: str
    kind: str
    name_en: str
    name_fr: str
    founded: str
    ended: str
    predecessor: str | None

    @staticmethod
    def resolve_founded(row: Framework) -> str:
        """The date as precise as its source."""
        return str(row.founded)

    @staticmethod
    def resolve_ended(row: Framework) -> str:
        """The date as precise as its source."""
        return str(row.ended)

    @staticmethod
    def resolve_predecessor(row: Framework) -> str | None:
        """The code of what it follows."""
        return row.predecessor_id


class MemberOut(Schema):
    """One seat of a roll."""

    party: str
    name: str
    standing: str
    state: str
    since: str
    precision: str
    sources: list[str]


class RollOut(Schema):
    """Who counts in a framework on a day."""

    framework: str
    on: date
    count: int
    allies: int
    partners: int
    suspended: list[str]
    members: list[MemberOut]


class StatementOut(Schema):
    """What a document says, and what the register says of it."""

    id: str
    document: int
    says: str
    as_of: date
    verdict: str
    because: list[str]


class EventOut(Schema):
    """A dated event."""

    key: str
    on: str
    precision: str
    kind: str
    title_en: str
    title_fr: str
    sources: list[str]

    @staticmethod
    def resolve_on(row: Event) -> str:
        """The date as precise as its source."""
        return str(row.on)

    @staticmethod
    def resolve_precision(row: Event) -> str:
        """How precise the date is."""
        return str(row.on.precision)

    @staticmethod
    def resolve_sources(row: Event) -> list[str]:
        """Where it was read."""
        return [source.address or source.title for source in row.sources.all()]


@router.get("/parties", response=Page[PartyOut])
def parties(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """Every party of the register, by code."""
    items, after = page_of(every_party(seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": items, "next": after}


@router.get("/parties/{code}", response=PartyWhole)
def party(request: Visit, code: str) -> dict[str, Any]:
    """One party with every row told of it."""
    one: Party = one_party(code, seen_by=request.actor)
    today = datetime.now(UTC).date()
    lines = listings.history(one, on=today, today=today, seen_by=request.actor)
    plain = {name: getattr(one, name) for name in ("code", "kind", "alpha2", "name_en", "name_fr")}
    return {**plain, "memberships": [_membership(line) for line in lines]}


def _membership(line: listings.MembershipLine) -> dict[str, Any]:
    row = line.row
    return {
        "framework": row.framework_id,
        "standing": row.standing,
        "since": str(row.since),
        "precision": row.since.precision,
        "until": str(row.until),
        "known_since": row.known.lower,
        "note": row.note,
        "suspended": [f"{hold.since}/{hold.until}" for hold in line.suspensions],
        "sources": [source.address or source.title for source in line.sources],
    }


@router.get("/frameworks", response=Page[FrameworkOut])
def frameworks(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """Every framework, by code."""
    items, after = page_of(Framework.objects.seen_by(request.actor), cursor=cursor, limit=limit)
    return {"items": items, "next": after}


@router.get("/frameworks/{code}", response=FrameworkOut)
def framework(request: Visit, code: str) -> Framework:
    """One framework."""
    return registers.framework(code, seen_by=request.actor)


@router.get("/frameworks/{code}/roll", response=RollOut)
def roll(request: Visit, code: str, on: date | None = None) -> dict[str, Any]:
    """Who counts in a framework on a day."""
    day = on or datetime.now(UTC).date()
    held, found = registers.roll(code, on=day, seen_by=request.actor)
    members = [
        {
            "party": seat.party,
            "name": held.parties[seat.party].en,
            "standing": seat.row.standing,
            "state": seat.state,
            "since": str(seat.row.since),
            "precision": seat.row.since.precision,
            "sources": seat.row.sources,
        }
        for seat in found.seats
    ]
    counts = {"count": found.count, "allies": found.allies, "partners": found.partners, "suspended": found.suspended}
    return {"framework": found.framework, "on": day, "members": members, **counts}


@router.get("/statements", response=list[StatementOut])
def statements(request: Visit, document: Document = None) -> list[dict[str, Any]]:
    """What the documents say, evaluated against the register as it is now."""
    found = registers.checked(seen_by=request.actor, document=document)
    return [
        {
            "id": one.statement.id,
            "document": one.statement.document,
            "says": one.statement.says_en,
            "as_of": one.statement.as_of,
            "verdict": one.outcome.verdict,
            "because": [str(reason) for reason in one.outcome.reasons],
        }
        for one in found
    ]


@router.get("/events", response=Page[EventOut])
def events(request: Visit, framework: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The dated events of the register."""
    wanted = [framework] if framework else []
    items, after = page_of(dated_events(seen_by=request.actor, frameworks=wanted), cursor=cursor, limit=limit)
    return {"items": items, "next": after}
