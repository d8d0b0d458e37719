"""Reads of the room of notices: one's inbox and choices, the letters for who minds the post, the hooks of one's party."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Min, OuterRef, Q
from django.db.models.functions import JSONObject

from comity.accounts.models import User
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.notices.models import Call, DigestHour, Hook, Letter, Notice, Taste
from comity.notices.models.hooks import CallQuerySet, HookQuerySet
from comity.notices.models.letters import LetterQuerySet
from comity.notices.models.notices import NoticeQuerySet
from comity.notices.rules.times import STILL_NEWS, digest_due
from comity.notices.rules.topics import TOPICS, USUAL, USUAL_HOUR, Way
from comity.parties.models import Mandate

# For a row of an account: how many notices it has not opened, for each party they were for.
UNREAD = ArraySubquery(
    Notice.objects.filter(recipient=OuterRef("pk"), read_at__isnull=True)
    .order_by()
    .values("party")
    .annotate(n=Count("pk"))
    .values_list(JSONObject(party=F("party"), n=F("n")))
)


def inbox(*, seen_by: Actor, topics: Collection[str] = (), only_unread: bool = False) -> NoticeQuerySet:
    """What a reader was told for the party they act for now: the unread first, each part newest first."""
    found = Notice.objects.seen_by(seen_by).select_related("recipient", "about")
    if topics:
        found = found.filter(topic__in=topics)
    if only_unread:
        found = found.unread()
    return found.alias(was_read=Q(read_at__isnull=False)).order_by("was_read", "-told_at", "-id")


def notice(pk: int, *, seen_by: Actor) -> Notice:
    """One notice.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return inbox(seen_by=seen_by).get(pk=pk)
    except Notice.DoesNotExist:
        raise NotFound(what="notice") from None


def unread(*, seen_by: Actor) -> int:
    """How many notices a reader has not opened."""
    return Notice.objects.seen_by(seen_by).unread().count()


def by_topic(*, seen_by: Actor) -> dict[str, int]:
    """How many notices of each topic a reader has; topics without any are left out."""
    found = Notice.objects.seen_by(seen_by).order_by().values_list("topic").annotate(n=Count("pk"))
    return dict(found)


@dataclass(frozen=True)
class Choices:
    """How somebody wants to be told: the way of each topic, the hour of the digest, and whether letters go out at all."""

    ways: dict[str, Way]
    hour: int
    email: str
    zone: str
    letters_go_out: bool


def choices(*, seen_by: Actor) -> Choices:
    """What a reader has chosen, completed with what is usual."""
    reader = User.objects.get(login=seen_by.login)
    chosen = dict(Taste.objects.seen_by(seen_by).values_list("topic", "way"))
    hour = DigestHour.objects.seen_by(seen_by).values_list("hour", flat=True).first()
    ways = {topic: Way(chosen.get(topic, USUAL)) for topic in TOPICS}
    return Choices(ways, USUAL_HOUR if hour is None else hour, reader.email, reader.zone, letters_go_out())


def letters_go_out() -> bool:
    """Whether this installation has a server for letters."""
    return bool(settings.SMTP_URL)


def runs(mandate: Mandate, *, at: datetime) -> bool:
    """Whether a mandate is in force at a moment: on the day that its holder's clock shows."""
    today = at.astimezone(ZoneInfo(mandate.user.zone)).date()
    recalled = mandate.delegation.recalled_on
    return today in mandate.period and (recalled is None or today < recalled)


def speaks_for(user: User, party: str, *, seen_by: Actor, at: datetime) -> bool:
    """Whether somebody's account is open and has a mandate for a party at a moment."""
    near = Q(period__contains=at.date())
    for day in (at.date() - timedelta(days=1), at.date() + timedelta(days=1)):
        near |= Q(period__contains=day)
    found = Mandate.objects.seen_by(seen_by).filter(near, user=user, delegation=party, user__is_active=True)
    return any(runs(mandate, at=at) for mandate in found.select_related("user", "delegation"))


@dataclass(frozen=True)
class Owed:
    """A letter that is to be written: to whom, for which party, up to when it tells; and the day, if it is a digest."""

    recipient: int
    party: str
    until: datetime
    for_on: date | None = None


def owed(*, seen_by: Actor, at: datetime) -> list[Owed]:
    """The letters that are to be written at a moment: two queries for any number of people."""
    waiting = Notice.objects.filter(letter__isnull=True, read_at__isnull=True, told_at__gt=at - STILL_NEWS, told_at__lte=at)
    waiting = waiting.filter(recipient__is_active=True).exclude(recipient__email="").order_by("recipient", "party")
    at_once = waiting.filter(way=Way.AT_ONCE).values_list("recipient", "party").distinct()
    found = [Owed(recipient, party, at) for recipient, party in at_once]
    columns = ("recipient", "party", "recipient__zone", "recipient__digest_hour__hour")
    for recipient, party, zone, hour, first in waiting.filter(way=Way.DIGEST).values_list(*columns).annotate(first=Min("told_at")):
        due = digest_due(at, hour=USUAL_HOUR if hour is None else hour, zone=zone)
        if due and first <= due[1]:
            found.append(Owed(recipient, party, due[1], due[0]))
    return found


def letters(*, seen_by: Actor, state: str = "") -> LetterQuerySet:
    """The letters, newest first."""
    found = (
        Letter.objects.seen_by(seen_by).select_related("recipient", "party").defer("source").annotate(**{"told": Count("notices")})
    )
    found = found.order_by("-written_at", "-id")
    return found.filter(state=state) if state else found


def letter(pk: int, *, seen_by: Actor) -> Letter:
    """One letter.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Letter.objects.seen_by(seen_by).get(pk=pk)
    except Letter.DoesNotExist:
        raise NotFound(what="letter") from None


def letters_by_state(*, seen_by: Actor) -> dict[str, int]:
    """How many letters stand how."""
    return dict(Letter.objects.seen_by(seen_by).order_by().values_list("state").annotate(n=Count("pk")))


def hooks(*, seen_by: Actor) -> HookQuerySet:
    """The hooks a reader keeps."""
    return Hook.objects.seen_by(seen_by)


def hook(pk: int, *, seen_by: Actor) -> Hook:
    """One hook.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return hooks(seen_by=seen_by).get(pk=pk)
    except Hook.DoesNotExist:
        raise NotFound(what="hook") from None


def calls(*, seen_by: Actor) -> CallQuerySet:
    """The calls of hooks a reader keeps, newest first."""
    return Call.objects.seen_by(seen_by).select_related("hook")
