"""The API of the room of attendance: sheets, marks, certificates; by the numbers of people, never by their names."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema

from comity.activities.models import Activity
from comity.attendance.acts import certificates as certifying
from comity.attendance.acts import presences
from comity.attendance.acts import sheets as closing
from comity.attendance.models import Certificate
from comity.attendance.queries import certificates as papers
from comity.attendance.queries import sheets as queries
from comity.attendance.queries.sheets import Line, Picture
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["attendance"])
Limit = Annotated[int, Query(ge=1, le=200)]


class SheetOut(Schema):
    """An attendance sheet, as a list shows it."""

    id: int = Field(alias="pk")
    number: str
    title: str
    provider: str
    first_day: date | None
    last_day: date | None
    state: str
    people: int

    @staticmethod
    def resolve_state(activity: Activity) -> str:
        """Open or closed; a sheet nobody began is open."""
        return queries.sheet_of(activity).state


class PresenceOut(Schema):
    """One person in one part: an empty state is not marked, version 0 not begun."""

    part: int
    kind: str
    state: str
    version: int

    @staticmethod
    def resolve_part(cell: queries.Cell) -> int:
        """The place of the part in the order of days, from 1."""
        return cell.part.place

    @staticmethod
    def resolve_kind(cell: queries.Cell) -> str:
        """Online, residential, or whole."""
        return cell.part.kind


class TurnoutOut(Schema):
    """One person on a sheet, by number."""

    nomination: int
    person: str
    party: str
    cells: list[PresenceOut]
    result: str
    passed: bool | None

    @staticmethod
    def resolve_nomination(line: Line) -> int:
        """The key by which the person is marked."""
        return line.nomination.pk

    @staticmethod
    def resolve_person(line: Line) -> str:
        """The number of the person."""
        return line.nomination.person.number

    @staticmethod
    def resolve_party(line: Line) -> str:
        """Who sends the person."""
        return line.nomination.party_id


class PictureOut(Schema):
    """A sheet with everybody the caller may know of."""

    number: str
    state: str
    rule: str
    lines: list[TurnoutOut]

    @staticmethod
    def resolve_number(told: Picture) -> str:
        """The number of the activity."""
        return told.activity.number

    @staticmethod
    def resolve_state(told: Picture) -> str:
        """Open or closed."""
        return told.sheet.state

    @staticmethod
    def resolve_rule(told: Picture) -> str:
        """What counts for whether somebody attended."""
        return told.sheet.rule


class MarkIn(Schema):
    """A mark, on top of the version that was seen."""

    nomination: int = Field(ge=1, le=2**62)
    part: int = Field(1, ge=1, le=1000)
    to: str = Field(pattern="^(present|absent|excused)$")
    version: int = Field(0, ge=0, le=2**31 - 1)


class MarkOut(Schema):
    """A mark as it stands."""

    part: int
    state: str
    version: int
    marked_at: datetime


class CertificateOut(Schema):
    """A certificate, without a name and without its code."""

    id: int
    number: str
    activity: str
    person: str
    party: str = Field(alias="party_id")
    issued_at: datetime
    revoked_at: datetime | None

    @staticmethod
    def resolve_activity(certificate: Certificate) -> str:
        """The number of the activity."""
        return certificate.activity.number

    @staticmethod
    def resolve_person(certificate: Certificate) -> str:
        """The number of the person."""
        return certificate.nomination.person.number


@router.get("/attendance", response=Page[SheetOut])
def list_sheets(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The sheets one may look into: of activities one runs, and of those one's people go to."""
    found = queries.staged(on=datetime.now(UTC).date(), seen_by=request.actor)
    items, following = page_of(found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.get("/attendance/{number}", response=PictureOut)
def get_sheet(request: Visit, number: str) -> Picture:
    """One sheet."""
    return queries.picture(queries.activity(number, seen_by=request.actor), seen_by=request.actor)


@router.put("/attendance/{number}/presences", response=MarkOut)
def put_presence(request: Visit, number: str, body: MarkIn) -> Any:
    """Mark one person in one part; the same mark again changes nothing."""
    activity = queries.activity(number, seen_by=request.actor)
    return presences.mark(activity, **body.dict(), by=request.actor, at=datetime.now(UTC))


@router.post("/attendance/{number}/close", response=PictureOut)
def close_sheet(request: Visit, number: str) -> Picture:
    """Settle everybody by the rule of the sheet."""
    activity = queries.activity(number, seen_by=request.actor)
    closing.close(activity, by=request.actor, at=datetime.now(UTC))
    return queries.picture(queries.activity(number, seen_by=request.actor), seen_by=request.actor)


@router.post("/attendance/{number}/certificates", response=list[CertificateOut])
def issue_certificates(request: Visit, number: str) -> Any:
    """Certify everybody who attended and holds no certificate yet."""
    activity = queries.activity(number, seen_by=request.actor)
    return certifying.issue(activity, by=request.actor, at=datetime.now(UTC))


@router.get("/certificates", response=Page[CertificateOut])
def list_certificates(request: Visit, activity: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The certificates one may see, without names."""
    found = papers.certificates(seen_by=request.actor)
    found = found.filter(activity__number=activity.upper()) if activity else found
    items, following = page_of(found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}
