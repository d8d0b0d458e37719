"""One's own feeds, the feed behind an address, and what a feed has shown so far."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from comity.accounts.rules import digest_of
from comity.calendars.models import Appearance, Feed, FeedQuerySet
from comity.calendars.queries.contents import Contents, contents
from comity.calendars.rules import Shown, changes, in_the_calendar
from comity.exchange.calendars import Event
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.parties.queries import actor_of

# What the words of every address begin with, so that a lost one is recognised.
MARK = "feed_"


def feeds(*, seen_by: Actor) -> FeedQuerySet:
    """The feeds of a reader, the newest first."""
    return Feed.objects.seen_by(seen_by).select_related("owner", "party")


def feed(pk: int, *, seen_by: Actor) -> Feed:
    """One feed.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = feeds(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="feed")
    return found


def behind(words: str, *, at: datetime) -> tuple[Feed, Actor]:
    """The living feed of an address, and who its owner is at that moment: this is how a calendar becomes an actor.

    Raises:
        NotFound: there is none, it was ended, or its owner speaks for that party no more.
    """
    found = Feed.objects.alive().filter(digest=digest_of(words)).select_related("owner", "party").first()
    reader = actor_of(found.owner, at=at) if found else None
    if found is None or reader is None or reader.party != found.party_id:
        raise NotFound(what="feed")
    return found, reader


def known(feed: Feed, *, seen_by: Actor) -> dict[str, Shown]:
    """What a feed has shown, by the identity of each event."""
    rows = Appearance.objects.seen_by(seen_by).filter(feed=feed)
    return {row.uid: _shown(row) for row in rows}


def stands(feed: Feed, *, seen_by: Actor, at: datetime, address: str) -> tuple[Contents, dict[str, Shown], list[Shown]]:
    """What is in a feed now, what it has shown so far, and what it must remember anew."""
    now = contents(feed.kind, seen_by=seen_by, language=feed.language, at=at, address=address)
    before = known(feed, seen_by=seen_by)
    return now, before, list(changes(before, now.events, at=at))


def shown_then(before: Mapping[str, Shown], fresh: Iterable[Shown], now: Contents, *, at: datetime) -> list[Event]:
    """What stands in the calendar once what is new is remembered."""
    after = dict(before) | {shown.uid: shown for shown in fresh}
    return in_the_calendar(after.values(), at=at, present=[event.uid for event in now.events])


def preview(
    kind: str, read: Sequence[Feed], *, seen_by: Actor, language: str, at: datetime, address: str
) -> tuple[list[Event], int]:
    """What the calendars that read the newest of some feeds will see next, or what they would see in a new one."""
    if read:
        now, before, fresh = stands(read[0], seen_by=seen_by, at=at, address=address)
        return shown_then(before, fresh, now, at=at), now.undated
    now = contents(kind, seen_by=seen_by, language=language, at=at, address=address)
    return sorted(now.events, key=lambda event: (event.over_at, event.uid)), now.undated


def _shown(row: Appearance) -> Shown:
    return Shown(row.uid, row.sequence, row.shown, row.first_shown_at, row.changed_at, row.gone_at)
