"""Reads of clauses: the contents of a text with how far each chapter is, one chapter as it is worked on, one clause."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from comity.drafting import rules
from comity.drafting.models import Alternative, Chapter, Clause, ClauseQuerySet, Comment, Draft, Text, Wording
from comity.drafting.rules import Merged, Piece, side_of
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


@dataclass(frozen=True)
class Progress:
    """How many clauses there are, agreed by both, reserved by either, in brackets, and waiting for the reader's side."""

    total: int = 0
    agreed: int = 0
    reserved: int = 0
    bracketed: int = 0
    waiting: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        """Both together."""
        return Progress(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class Entry:
    """A chapter in the table of contents, with its number."""

    chapter: Chapter
    number: int
    progress: Progress


@dataclass(frozen=True)
class Thread:
    """A comment with its answers."""

    head: Comment
    answers: list[Comment] = field(default_factory=list)


@dataclass(frozen=True)
class Worked:
    """A clause as it is worked on: its number, its brackets, what is said about it, and the reader's own draft."""

    clause: Clause
    number: str
    alternatives: list[Alternative]
    threads: list[Thread]
    draft: Draft | None

    @property
    def open_threads(self) -> int:
        """How many comments are not settled."""
        return sum(t.head.settled_at is None for t in self.threads)


def progress(texts: list[Text], *, seen_by: Actor) -> dict[int, Progress]:
    """How far each of some texts is."""
    parties = {t.pk: t.party_id for t in texts}
    found: dict[int, Progress] = defaultdict(Progress)
    for row in _counted(Clause.objects.seen_by(seen_by).filter(text__in=list(parties)).order_by(), "text"):
        found[row["text"]] = _progress(row, side_of(seen_by, parties[row["text"]]))
    return found


def outline(text: Text, *, seen_by: Actor) -> list[Entry]:
    """The table of contents of a text, with how far each chapter is."""
    side = side_of(seen_by, text.party_id)
    rows = _counted(Clause.objects.seen_by(seen_by).filter(text=text).order_by(), "chapter")
    counts = {row["chapter"]: _progress(row, side) for row in rows}
    return [Entry(c, n, counts.get(c.pk, Progress())) for n, c in enumerate(Chapter.objects.filter(text=text), 1)]


def _counted(clauses: QuerySet[Clause], by: str) -> QuerySet[Clause, dict[str, int]]:
    bracketed = Exists(Alternative.objects.filter(clause=OuterRef("pk")))
    found: QuerySet[Clause, dict[str, int]] = (
        clauses.filter(removed_at=None)
        .annotate(is_bracketed=bracketed)
        .values(by)
        .annotate(
            total=Count("pk"),
            agreed=Count("pk", filter=Q(party_state="agreed", organisation_state="agreed")),
            reserved=Count("pk", filter=Q(party_state="reserved") | Q(organisation_state="reserved")),
            bracketed=Count("pk", filter=Q(is_bracketed=True)),
            for_party=Count("pk", filter=Q(party_state="proposed")),
            for_organisation=Count("pk", filter=Q(organisation_state="proposed")),
        )
    )
    return found


def _progress(row: dict[str, int], side: str | None) -> Progress:
    waiting = row["for_party"] if side == rules.PARTY else row["for_organisation"]
    return Progress(row["total"], row["agreed"], row["reserved"], row["bracketed"], waiting)


def chapter(text: Text, key: str, *, seen_by: Actor) -> Chapter:
    """One chapter of a text by its key.

    Raises:
        NotFound: there is none.
    """
    found = Chapter.objects.filter(text__in=Text.objects.seen_by(seen_by), text=text, key=key).first()
    if found is None:
        raise NotFound(what="chapter")
    return found


def worked(entry: Entry, *, seen_by: Actor) -> list[Worked]:
    """The clauses of a chapter as the reader works on them: five queries, however many there are."""
    rows = Clause.objects.seen_by(seen_by).filter(chapter=entry.chapter).standing().order_by("order", "id")
    found = list(rows)
    return _joined(found, seen_by=seen_by, numbers=[f"{entry.number}.{n}" for n in range(1, len(found) + 1)])


def place(text: Text, number: str, *, seen_by: Actor) -> tuple[Chapter, Clause | None]:
    """The chapter of a number, and the clause of it if the number goes so far.

    Raises:
        NotFound: there is none.
    """
    chapters = list(Chapter.objects.filter(text__in=Text.objects.seen_by(seen_by), text=text))
    at, _dot, of = number.partition(".")
    if not 0 < int(at) <= len(chapters):
        raise NotFound(what="chapter")
    found = chapters[int(at) - 1]
    if not of:
        return found, None
    row = Clause.objects.seen_by(seen_by).filter(chapter=found).standing().order_by("order", "id")
    clauses = list(row[: int(of)])
    if not 0 < int(of) <= len(clauses):
        raise NotFound(what="clause")
    return found, clauses[-1]


def removed(text: Text, *, seen_by: Actor) -> list[Clause]:
    """The clauses taken out since the newest version, which can be brought back."""
    found = Clause.objects.seen_by(seen_by).filter(text=text, removed_at__isnull=False).select_related("chapter")
    newest = text.versions.first()
    return list(found.filter(removed_at__gt=newest.made_at) if newest else found)


def clause(pk: int, *, seen_by: Actor) -> Clause:
    """One clause with its text, removed or not.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Clause.objects.seen_by(seen_by).select_related("text__party", "chapter").get(pk=pk)
    except Clause.DoesNotExist:
        raise NotFound(what="clause") from None


def clauses_of(text: Text, *, seen_by: Actor) -> ClauseQuerySet:
    """The clauses of a text that stand, with their chapters."""
    return Clause.objects.seen_by(seen_by).filter(text=text).standing().select_related("chapter")


def as_worked(clause: Clause, *, seen_by: Actor) -> Worked:
    """One clause as the reader works on it, with its number; one that was removed has none."""
    chapters = Chapter.objects.filter(text=clause.text_id)
    place = next(n for n, c in enumerate(chapters, 1) if c.pk == clause.chapter_id)
    standing = Clause.objects.seen_by(seen_by).filter(chapter=clause.chapter_id).standing().order_by("order", "id")
    keys = list(standing.values_list("pk", flat=True))
    number = f"{place}.{keys.index(clause.pk) + 1}" if clause.pk in keys else ""
    return _joined([clause], seen_by=seen_by, numbers=[number])[0]


def _joined(rows: list[Clause], *, seen_by: Actor, numbers: list[str]) -> list[Worked]:
    alternatives: dict[int, list[Alternative]] = defaultdict(list)
    for alternative in Alternative.objects.filter(clause__in=rows):
        alternatives[alternative.clause_id].append(alternative)
    threads: dict[int, dict[int, Thread]] = defaultdict(dict)
    for comment in Comment.objects.seen_by(seen_by).filter(clause__in=rows):
        if comment.answers_id is None:
            threads[comment.clause_id][comment.pk] = Thread(comment)
        else:
            threads[comment.clause_id][comment.answers_id].answers.append(comment)
    said = {row.pk: row.body for row in rows}
    mine = Draft.objects.seen_by(seen_by).filter(clause__in=rows)
    drafts = {draft.clause_id: draft for draft in mine if rules.normal(draft.body) != said[draft.clause_id]}
    return [
        Worked(row, number, alternatives[row.pk], list(threads[row.pk].values()), drafts.get(row.pk))
        for row, number in zip(rows, numbers, strict=True)
    ]


def comment(pk: int, *, seen_by: Actor) -> Comment:
    """One comment with its clause.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return Comment.objects.seen_by(seen_by).select_related("clause__text__party", "answers").get(pk=pk)
    except Comment.DoesNotExist:
        raise NotFound(what="comment") from None


@dataclass(frozen=True)
class Step:
    """One revision of a clause, and what it changed of the one before, word by word."""

    wording: Wording
    pieces: tuple[Piece, ...]


def history(clause: Clause, *, seen_by: Actor) -> list[Step]:
    """The revisions of a clause, newest first."""
    found = list(Wording.objects.filter(clause__in=Clause.objects.seen_by(seen_by), clause=clause).order_by("revision"))
    steps = [Step(w, rules.words(w.body, w.body)) for w in found[:1]]
    steps += [Step(w, rules.words(former.body, w.body)) for former, w in pairwise(found)]
    return steps[::-1]


@dataclass(frozen=True)
class Standoff:
    """What the reader wrote, what the clause says by now, and both merged, over the words that both began from."""

    draft: Draft
    base: str
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    merged: Merged


def standoff(clause: Clause, *, seen_by: Actor) -> Standoff | None:
    """The reader's draft on a clause that has moved on since; nothing, where there is no draft or it is up to date."""
    draft = Draft.objects.seen_by(seen_by).filter(clause=clause).first()
    if draft is None or draft.base == clause.revision:
        return None
    base = Wording.objects.filter(clause=clause, revision=draft.base).values_list("body", flat=True).first() or ""
    mine = rules.normal(draft.body)
    return Standoff(draft, base, rules.words(base, mine), rules.words(base, clause.body), rules.merge(base, mine, clause.body))
