"""Reading the trail: scoped lists, the history of one row, and the proof that nothing was altered."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

from comity.kernel.actors import Actor
from comity.trail.models import Entry, EntryQuerySet


def entries(*, seen_by: Actor) -> EntryQuerySet:
    """The trail as one reader sees it, newest first."""
    return Entry.objects.seen_by(seen_by)


def of(subject: models.Model, *, seen_by: Actor) -> EntryQuerySet:
    """The history of one row, newest first, as one reader sees it."""
    return entries(seen_by=seen_by).filter(kind=subject._meta.label_lower, subject=str(subject.pk))


def search(
    *,
    seen_by: Actor,
    act: str = "",
    subject: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> EntryQuerySet:
    """The lines a reader may see that fit what they look for, newest first."""
    return entries(seen_by=seen_by).narrowed(act=act, subject=subject, actor=actor, since=since, until=until)


@dataclass(frozen=True)
class Verdict:
    """Whether the trail is whole: how many lines were read, and the first one that does not fit."""

    lines: int
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        """Whether every line fits the one before it."""
        return self.broken_at is None


def verify() -> Verdict:
    """Recompute every digest in the database and compare.

    A removed, altered or inserted line breaks the chain at that place.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT lines, broken_at FROM trail_verify()")
        lines, broken_at = cursor.fetchone()
    return Verdict(lines, broken_at)
