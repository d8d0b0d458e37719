"""What a set of changes does to the version it was made on, and to any later content, three ways.

Nothing is guessed: a clause that both sides changed in the same place, or that one changed and the other removed, is a
clash until somebody chooses its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from comity.drafting.rules.contents import ChapterText, ClauseText, Content
from comity.drafting.rules.merging import Merged, merge

REPLACE, INSERT, REMOVE, REMARK = "replace", "insert", "remove", "remark"


@dataclass(frozen=True)
class ChangeText:
    """One change: which clause, what is done to it, and for a new one after which it stands (nothing: first)."""

    kind: str
    key: str
    body: str = ""
    marking: str = ""
    chapter: str = ""
    after: str = ""


@dataclass(frozen=True)
class Clash:
    """A clause that changed on both sides; an absent wording means that this side removed it."""

    key: str
    base: str
    ours: str | None
    theirs: str | None
    merged: Merged | None = None


@dataclass(frozen=True)
class Adoption:
    """What comes of laying an amendment on a content: the clashes nobody has chosen about yet, and the keys of those chosen."""

    content: Content
    clashes: tuple[Clash, ...]
    chosen: frozenset[str] = frozenset()


def amended(base: Content, changes: Sequence[ChangeText]) -> Content:
    """The version as it reads with the changes; on its own version a change never clashes."""
    return onto(base, changes, base).content


def onto(base: Content, changes: Sequence[ChangeText], newest: Content, chosen: Mapping[str, str | None] | None = None) -> Adoption:
    """The changes made on one version, laid on a later content.

    Args:
        chosen: words for the clashes by key of the clause; `None` removes it.
    """
    chosen = chosen or {}
    clauses: dict[str, ClauseText | None] = dict(newest.index)
    clashes, decided = [], set()
    for change in sorted(changes, key=lambda c: c.kind == REMOVE):
        if change.kind == INSERT:
            continue
        clash = _laid(change, base.clause(change.key), clauses)
        if clash is not None and change.key in chosen:
            _choose(change.key, chosen[change.key], base, clauses)
            decided.add(change.key)
        elif clash is not None:
            clashes.append(clash)
    inserted = [c for c in changes if c.kind == INSERT]
    chapters = tuple(_with_inserted(base, newest, chapter, clauses, inserted) for chapter in newest.chapters)
    return Adoption(replace(newest, chapters=chapters), tuple(clashes), frozenset(decided))


def _laid(change: ChangeText, before: ClauseText | None, clauses: dict[str, ClauseText | None]) -> Clash | None:
    """One change laid on a clause; the clash instead, if it cannot be."""
    now = clauses.get(change.key)
    if before is None:
        return None
    if now is None:
        # Removed meanwhile: removing it again is nothing new, changing its words is, and its marking matters no more.
        return Clash(change.key, before.body, change.body, None) if change.kind == REPLACE else None
    if change.kind == REMARK:
        clauses[change.key] = replace(now, marking=change.marking)
    elif change.kind == REMOVE:
        if now.words != before.words:
            return Clash(change.key, before.body, None, now.body)
        clauses[change.key] = None
    else:
        found = merge(before.body, change.body, now.body)
        if found.conflicts:
            return Clash(change.key, before.body, change.body, now.body, found)
        clauses[change.key] = replace(now, body=found.text)
    return None


def _choose(key: str, words: str | None, base: Content, clauses: dict[str, ClauseText | None]) -> None:
    before = clauses.get(key) or base.clause(key)
    assert before is not None
    clauses[key] = None if words is None else replace(before, body=words)


def _with_inserted(
    base: Content, newest: Content, chapter: ChapterText, clauses: dict[str, ClauseText | None], inserted: Sequence[ChangeText]
) -> ChapterText:
    """A chapter with what is left of its clauses, those chosen back, and the new ones after those they follow."""
    row = [c.key for c in chapter.clauses]
    was = next((c.clauses for c in base.chapters if c.key == chapter.key), ())
    order = [c.key for c in was]
    for key in order:
        if key not in newest.index and clauses.get(key) is not None:
            row.insert(_place(key, order, row, before=True), key)
    made = {key: clause for key in row if (clause := clauses.get(key)) is not None}
    for change in inserted:
        if change.chapter == chapter.key and change.key not in newest.index:
            row.insert(_place(change.after, order, row), change.key)
            order.insert(order.index(change.after) + 1 if change.after in order else 0, change.key)
            made[change.key] = ClauseText(change.key, change.body, change.marking)
    return replace(chapter, clauses=tuple(made[key] for key in row if key in made))


def _place(after: str, order: Sequence[str], row: Sequence[str], *, before: bool = False) -> int:
    """Where to stand to come after a key: after it, or after the nearest before it that is still there."""
    if after in row and not before:
        return row.index(after) + 1
    upto = order[: order.index(after)] if after in order else []
    return next((row.index(key) + 1 for key in reversed(upto) if key in row), 0)
