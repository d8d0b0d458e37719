"""The API of messages: one's own notices, read and marked as read."""

from datetime import UTC, date, datetime
from typing import Annotated

from ninja import Query, Router, Schema

from comity.kernel.faces import say
from comity.notices import queries
from comity.notices.acts import notices
from comity.notices.models import Notice
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["notices"])
Limit = Annotated[int, Query(ge=1, le=200)]


class NoticeOut(Schema):
    """One thing you were told, in your language."""

    id: int
    topic: str
    sentence: str
    link: str
    about: str | None
    due_on: date | None
    told_at: datetime
    read_at: datetime | None

    @staticmethod
    def resolve_sentence(notice: Notice) -> str:
        """What is told, in the language of the answer."""
        return say(notice.sentence)

    @staticmethod
    def resolve_about(notice: Notice) -> str | None:
        """The code of the party it is about."""
        return notice.about_id


class Marked(Schema):
    """How many notices were marked."""

    marked: int


@router.get("/notices", response=Page[NoticeOut])
def list_notices(request: Visit, unread: bool = False, topic: str = "", cursor: str = "", limit: Limit = 50) -> dict[str, object]:
    """What you were told for the party you act for, oldest first."""
    found = queries.inbox(seen_by=request.actor, topics=[topic] if topic else [], only_unread=unread)
    items, following = page_of(found, cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.post("/notices/{int:pk}/read", response=NoticeOut)
def mark_read(request: Visit, pk: int) -> Notice:
    """Mark a notice as read."""
    notices.mark_read(queries.notice(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    return queries.notice(pk, seen_by=request.actor)


@router.post("/notices/read", response=Marked)
def mark_all_read(request: Visit, topic: str = "") -> dict[str, int]:
    """Mark everything you were told as read, or everything of a topic."""
    return {"marked": notices.mark_all_read(topic=topic, by=request.actor, at=datetime.now(UTC))}
