"""The API of feeds: one's own, made and ended. The address of a new one is told in a header, which nothing here keeps."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router, Schema, Status

from comity.calendars import queries
from comity.calendars.acts import feeds
from comity.calendars.models import Feed
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["calendars"])
Limit = Annotated[int, Query(ge=1, le=200)]


class FeedOut(Schema):
    """A feed of one's own; its address was told once, in the header `Location` of the answer that made it."""

    id: int
    kind: str
    party: str
    language: str
    made_at: datetime
    ended_at: datetime | None
    last_read_at: datetime | None

    @staticmethod
    def resolve_party(feed: Feed) -> str:
        """The code of the party."""
        return feed.party_id


class FeedIn(Schema):
    """A feed to make."""

    kind: Literal["personal", "party"]
    language: Literal["en", "fr"] = "en"


@router.get("/calendars", response=Page[FeedOut])
def own_feeds(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, object]:
    """One's own feeds."""
    items, following = page_of(queries.feeds(seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.post("/calendars", response={201: FeedOut})
def make(request: Visit, body: FeedIn, response: HttpResponse) -> Status[Feed]:
    """Make a feed; the header `Location` has its address, once: a repetition with the same key is answered without it."""
    feed, words = feeds.make(kind=body.kind, language=body.language, by=request.actor, at=datetime.now(UTC))
    response["Location"] = request.build_absolute_uri(reverse("calendar", args=[words]))
    return Status(201, feed)


@router.post("/calendars/{pk}/end", response=FeedOut)
def end(request: Visit, pk: int) -> Feed:
    """End a feed."""
    feed = queries.feed(pk, seen_by=request.actor)
    feeds.end(feed, by=request.actor, at=datetime.now(UTC))
    return feed
