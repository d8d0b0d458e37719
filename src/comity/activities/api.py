"""The menu for programs: editions, their activities, one activity."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema

from comity.activities import queries
from comity.activities.models import Activity, Edition
from comity.activities.queries import menu as menus
from comity.kernel.dates import PartialDate
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["menu"])


class EditionOut(Schema):
    """An edition."""

    year: int
    title: str
    state: str
    zone: str
    requests_close_at: datetime | None
    is_demonstration: bool


class ActivityOut(Schema):
    """An activity; dates are as precise as they are known."""

    number: str
    edition: int
    title: str
    kind: str
    state: str
    area: str
    provider: str
    provider_country: str | None
    starts: str
    ends: str
    city: str
    place_country: str | None
    languages: list[str]
    seats: int | None
    minimum: int | None
    fee_eur: int | None
    open_to: list[str]
    open_to_parties: list[str]
    closed_to_parties: list[str]
    most_per_party: int | None
    needs_clearance: bool
    eligibility: str
    external_code: str
    description: str
    source: str
    is_demonstration: bool

    @staticmethod
    def resolve_edition(found: Activity) -> int:
        """The year."""
        return found.edition_id

    @staticmethod
    def resolve_provider_country(found: Activity) -> str | None:
        """The code."""
        return found.provider_country_id

    @staticmethod
    def resolve_place_country(found: Activity) -> str | None:
        """The code."""
        return found.place_country_id

    @staticmethod
    def resolve_starts(found: Activity) -> str:
        """The date as text."""
        return str(PartialDate.of(found.starts))

    @staticmethod
    def resolve_ends(found: Activity) -> str:
        """The date as text."""
        return str(PartialDate.of(found.ends))


class Asked(Schema):
    """What a list of activities is narrowed to; `open_to` is the code of a party."""

    q: str = ""
    area: str = ""
    open_to: str = ""
    cursor: str = ""
    limit: int = 50


@router.get("/editions", response=list[EditionOut], auth=None)
def editions(request: Visit) -> Any:
    """The editions of the menu, newest first."""
    return queries.editions(seen_by=request.actor)


@router.get("/editions/{int:year}", response=EditionOut, auth=None)
def edition(request: Visit, year: int) -> Edition:
    """One edition."""
    return queries.edition(year, seen_by=request.actor)


@router.get("/editions/{int:year}/activities", response=Page[ActivityOut], auth=None)
def activities(
    request: Visit,
    year: int,
    asked: Query[Asked],
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
) -> Any:
    """The activities of an edition, by number, narrowed as the page of the menu narrows them."""
    found = queries.edition(year, seen_by=request.actor)
    standing = queries.standing_of(asked.open_to, seen_by=request.actor) or menus.nobody(asked.open_to)
    reader = menus.Reader(request.actor, standing, queries.meanings(), datetime.now(UTC).date())
    chosen = {"area": (asked.area,)} if asked.area else {}
    wanted = menus.Wanted(q=asked.q.replace("\0", ""), chosen=chosen, open_only=bool(asked.open_to), since=since, until=until)
    rows = menus.rows(found, menus.understood(found, wanted, reader), reader)
    items, following = page_of(rows, cursor=asked.cursor, limit=asked.limit, key="number")
    return {"items": list(items), "next": following}


@router.get("/activities/{number}", response=ActivityOut, auth=None)
def activity(request: Visit, number: str) -> Activity:
    """One activity by its number."""
    return queries.activity(number, seen_by=request.actor)
