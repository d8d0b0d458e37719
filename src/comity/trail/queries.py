"""Reading the trail: scoped lists, the history of one row, the proof that nothing was altered, and what it is a clock for."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from django.db import connection, models

from comity.kernel.actors import Actor
from comity.trail.models import Entry, EntryQuerySet


def entries(*, seen_by: Actor) -> EntryQuerySet:
    """The trail as one reader sees it, newest first."""
    return Entry.objects.seen_by(seen_by)


def of(subject: models.Model, *, seen_by: Actor, shared: Collection[str] = ()) -> EntryQuerySet:
    """The history of one row, newest first, as one reader sees it.

    Args:
        subject: the row.
        seen_by: who reads; whoever asks has made sure that they may read the row.
        shared: acts on the row that are told to this reader whoever did them, for it is theirs as well.
    """
    lines = Entry.objects.filter(kind=subject._meta.label_lower, subject=str(subject.pk))
    return lines.seen_by(seen_by) | lines.filter(act__in=shared)


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


def stamp() -> str:
    """The digest of the newest line: whatever is read after it is at least as new.

    Writers of the trail take turns until they commit, so no change can appear behind a stamp that was read. Inside a
    transaction the stamp is empty: what is changed there has no line yet.
    """
    if connection.in_atomic_block:
        return ""
    newest = Entry.objects.values_list("digest", flat=True).order_by("-id").first()
    return newest or ""


def touched(kind: type[models.Model], keys: Iterable[object]) -> dict[str, datetime]:
    """When rows of a kind were last acted on, by their keys; of what was done nothing is told."""
    lines = Entry.objects.filter(kind=kind._meta.label_lower, subject__in=[str(key) for key in keys]).order_by()
    return dict(lines.values_list("subject").annotate(last=models.Max("at")))


Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """Answers that stay true for as long as nothing is done: each is kept under the stamp it was found after.

    The least used are let go first. Whatever an answer depends on, the reader included, must be in its key.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._turn = Lock()

    def get(self, stamp: str, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """The answer kept under a stamp, or else asked for now; without a stamp it is always asked for."""
        if not stamp:
            return ask()
        place = (stamp, key)
        with self._turn:
            if place in self._answers:
                self._answers.move_to_end(place)
                return self._answers[place]
        found = ask()
        with self._turn:
            self._answers[place] = found
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return found
