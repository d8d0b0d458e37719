"""Telling people, and what they do with what they were told."""

from collections.abc import Collection, Iterable
from copy import copy
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from comity.accounts.models import User
from comity.accounts.rules import Permission, Role, permissions_of
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence
from comity.notices import queries
from comity.notices.acts import calls
from comity.notices.models import Notice, Taste
from comity.notices.rules.facts import facts_kept
from comity.notices.rules.topics import TOPICS, USUAL
from comity.parties.models import Mandate

A_DAY = timedelta(days=1)
KEPT_READ, KEPT_UNREAD = timedelta(days=365), timedelta(days=730)


@transaction.atomic
def tell(
    topic: str,
    key: str,
    sentence: Sentence,
    *,
    link: str = "",
    to: Iterable[User] | None = None,
    party: str | None = None,
    roles: Collection[Role] = (),
    about: str | None = None,
    due_on: date | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Tell everybody it is for, each of them once for a key; how many were told now.

    Only people with a mandate that runs that day, in their own zone, are told anything, and only for that mandate's party.

    Args:
        topic: one of `TOPICS`.
        key: what makes this notice this one; told again under the same key, nobody hears of it twice.
        link: the page of the house it leads to, from `/` on.
        to: these people, as far as they have a mandate (for ``party``, if that is given, too).
        party: the people of this delegation.
        roles: of them only those in one of these roles. Without ``to`` and ``party`` these must be roles that see everything.
        about: the code of the party it is about, if it is about one.
        due_on: the day by which something is to be done.

    Raises:
        ValueError: there is no such topic, or it would go to everybody.
    """
    if topic not in TOPICS:
        raise ValueError(f"nobody can choose how to be told of “{topic}”: it is not among the topics")
    if to is None and party is None and not (roles and all(Permission.SEE_EVERYTHING in permissions_of(r) for r in roles)):
        raise ValueError(f"“{key}” would be told to people of any party")
    people = _people(to, party, roles, at=at)
    tastes = dict(Taste.objects.filter(topic=topic, reader__in=[m.user_id for m in people]).values_list("reader", "way"))
    before = Notice.objects.filter(key=key).count()
    told = Notice(topic=topic, key=key, message=sentence.message, facts=facts_kept(sentence.facts), link=link, told_at=at)
    told.about_id, told.due_on = about, due_on
    Notice.objects.bulk_create(
        [_for(told, m, way=tastes.get(m.user_id, USUAL)) for m in people],
        ignore_conflicts=True,
    )
    now = Notice.objects.filter(key=key).count() - before
    if now and to is None:
        calls.queue({m.delegation_id for m in people if Permission.KEEP_HOOKS in permissions_of(m.role)}, topic, key, at=at)
    return now


def mark_read(notice: Notice, *, by: Actor, at: datetime) -> None:
    """Note that the reader has read a notice; read again it stays as it was."""
    Notice.objects.seen_by(by).unread().filter(pk=notice.pk).update(read_at=at)


def mark_all_read(*, topic: str = "", by: Actor, at: datetime) -> int:
    """Note that the reader has read everything, or all of one topic, that was told until then; how many there were."""
    waiting = Notice.objects.seen_by(by).unread().filter(told_at__lte=at)
    return (waiting.filter(topic=topic) if topic else waiting).update(read_at=at)


def forget(*, at: datetime) -> int:
    """Delete what was read more than a year ago, and what nobody read in two; how many there were."""
    old = Q(read_at__lte=at - KEPT_READ) | Q(read_at__isnull=True, told_at__lte=at - KEPT_UNREAD)
    return Notice.objects.filter(old).delete()[0]


def _for(told: Notice, mandate: Mandate, *, way: str) -> Notice:
    """The notice for one person, as far as they act for a party."""
    one = copy(told)
    one.recipient_id, one.party_id, one.way = mandate.user_id, mandate.delegation_id, way
    return one


def _people(to: Iterable[User] | None, party: str | None, roles: Collection[Role], *, at: datetime) -> list[Mandate]:
    """The mandates that run at a moment, in the zone of whoever holds them, of those who are to be told."""
    first, last = at.date() - A_DAY, at.date() + A_DAY
    found = Mandate.objects.filter(Q(period__contains=first) | Q(period__contains=at.date()) | Q(period__contains=last))
    found = found.filter(user__is_active=True)
    if to is not None:
        found = found.filter(user__in=[user.pk for user in to])
    if party is not None:
        found = found.filter(delegation=party)
    if roles:
        found = found.filter(role__in=[str(role) for role in roles])
    return [m for m in found.select_related("user", "delegation").order_by("user") if queries.runs(m, at=at)]
