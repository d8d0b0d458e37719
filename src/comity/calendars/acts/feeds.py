"""Feeds: made by their owner, whose address is told once; ended by their owner; read by calendars."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.db import transaction

from comity.accounts.models import User
from comity.accounts.rules import LANGUAGES, digest_of
from comity.calendars import queries
from comity.calendars.models import Appearance, Feed, FeedKind
from comity.calendars.queries.feeds import shown_then
from comity.calendars.rules import CANCELLED_STAYS, Shown
from comity.exchange.calendars import Event
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import _
from comity.trail import acts as trail

# So many living addresses a person may have: a calendar for each device, and some that were forgotten.
MOST = 20
A_DAY = timedelta(days=1)


class NoMandate(Refusal):
    """A feed shows what somebody may see who speaks for a party."""

    message = _("A feed shows what concerns your party. You have no mandate today, so there is nothing to show.")


class TooManyFeeds(Refusal):
    """An address that is forgotten is a key under the mat."""

    message = _("You have {most} feeds. End one that no calendar reads any more.")


class FeedIsEnded(Refusal):
    """The feed was ended before."""

    message = _("This feed is ended already.")


class NoSuchFeed(Refusal):
    """There are two kinds of feeds in two languages."""

    message = _("There is no feed “{kind}” in “{language}”.")


@transaction.atomic
def make(*, kind: str, language: str, by: Actor, at: datetime) -> tuple[Feed, str]:
    """Make a feed for oneself; the words of its address are told here, once, and kept nowhere."""
    if by.party is None:
        raise NoMandate
    if kind not in FeedKind.values or language not in LANGUAGES:
        raise NoSuchFeed(kind=kind, language=language)
    owner = User.objects.seen_by(by).select_for_update().filter(login=by.login).first()
    if owner is None:
        raise NotFound(what=_("account"))
    if Feed.objects.alive().filter(owner=owner).count() >= MOST:
        raise TooManyFeeds(most=MOST)
    words = queries.MARK + token_urlsafe(32)
    feed = Feed.objects.create(owner=owner, party_id=by.party, kind=kind, language=language, digest=digest_of(words), made_at=at)
    trail.record("feed.made", feed, by=by, at=at, kind=kind, language=language)
    return feed, words


@transaction.atomic
def end(feed: Feed, *, by: Actor, at: datetime) -> None:
    """End a feed: from the next reading on its address leads nowhere, and what it showed is forgotten."""
    if not Feed.objects.seen_by(by).filter(pk=feed.pk, ended_at__isnull=True).update(ended_at=at):
        raise FeedIsEnded
    feed.ended_at = at
    Appearance.objects.filter(feed=feed).delete()
    trail.record("feed.ended", feed, by=by, at=at)


def read(feed: Feed, *, by: Actor, at: datetime, address: str) -> tuple[list[Event], int]:
    """What a calendar reads at a moment, and how many activities have no days yet.

    What it is shown is remembered, so that a change can be told from then on. Nothing is written when nothing changed;
    of two who read at once the second waits, looks again and finds nothing left to remember.
    """
    is_first = feed.last_read_at is None
    told = _remember if is_first else queries.stands
    now, before, fresh = told(feed, seen_by=by, at=at, address=address)
    if fresh and not is_first:
        now, before, fresh = _remember(feed, seen_by=by, at=at, address=address)
    if feed.last_read_at is None or at - feed.last_read_at >= A_DAY:
        Feed.objects.filter(pk=feed.pk).update(last_read_at=at)
    return shown_then(before, fresh, now, at=at), now.undated


@transaction.atomic
def _remember(feed: Feed, *, seen_by: Actor, at: datetime, address: str) -> tuple[queries.Contents, dict[str, Shown], list[Shown]]:
    """Look again under the lock of the feed, and keep what is shown from now on."""
    Feed.objects.select_for_update().get(pk=feed.pk)
    now, before, fresh = queries.stands(feed, seen_by=seen_by, at=at, address=address)
    rows = [
        Appearance(
            feed=feed,
            uid=shown.uid,
            sequence=shown.sequence,
            digest=shown.digest,
            shown=dict(shown.kept),
            over_at=shown.event.over_at,
            first_shown_at=shown.first_shown_at,
            changed_at=shown.changed_at,
            gone_at=shown.gone_at,
        )
        for shown in fresh
    ]
    columns = ["sequence", "digest", "shown", "over_at", "changed_at", "gone_at"]
    Appearance.objects.bulk_create(rows, update_conflicts=True, unique_fields=["feed", "uid"], update_fields=columns)
    return now, before, fresh


def forget(*, at: datetime) -> int:
    """Forget what no feed shows any more: what is long over, and what stood in feeds that ended; how much there was."""
    long_over = Appearance.objects.filter(over_at__lt=at - 2 * 366 * A_DAY).delete()[0]
    cancelled = Appearance.objects.filter(gone_at__isnull=False, over_at__lt=at - CANCELLED_STAYS).delete()[0]
    return long_over + cancelled
