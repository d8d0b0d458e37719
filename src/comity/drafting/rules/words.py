"""Two texts word by word: what stayed, what was removed, what was added."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "same", "removed", "added"
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_SENTENCE = re.compile(r"[^.;\n]*[.;\n]\s*|[^.;\n]+")
# Beyond so many pairs of words the texts are compared sentence by sentence, and beyond that as a whole.
MOST_PAIRS = 4_000_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class Edit:
    """Tokens of the former text, from one place to another, that gave way to other words."""

    start: int
    end: int
    words: str


def tokens_of(text: str, *others: str) -> list[list[str]]:
    """Each text in tokens that can be laid beside those of the others: words, or sentences where words are too many."""
    texts = (text, *others)
    for pattern in (_TOKEN, _SENTENCE):
        found = [pattern.findall(t) for t in texts]
        if len(found[0]) * max(map(len, found)) <= MOST_PAIRS:
            return found
    return [[t] if t else [] for t in texts]


def edits(before: list[str], after: list[str]) -> list[Edit]:
    """What was done to the tokens before; two edits with nothing but blanks between them are one."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    found: list[tuple[int, int, int, int]] = []
    matcher = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        start, end, begin, stop = i + head, j + head, k + head, m + head
        if found and "".join(before[found[-1][1] : start]).isspace():
            start, begin = found[-1][0], found[-1][2]
            found.pop()
        found.append((start, end, begin, stop))
    return [Edit(start, end, "".join(after[begin:stop])) for start, end, begin, stop in found]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one row of pieces: what is the same and added is the later, what is the same and removed the former."""
    if before == after:
        return (Piece(SAME, after),) if after else ()
    former, latter = tokens_of(before, after)
    return tuple(p for p in _pieces(former, edits(former, latter)) if p.text)


def _pieces(former: list[str], found: list[Edit]) -> Iterator[Piece]:
    at = 0
    for edit in found:
        yield Piece(SAME, "".join(former[at : edit.start]))
        yield Piece(REMOVED, "".join(former[edit.start : edit.end]))
        yield Piece(ADDED, edit.words)
        at = edit.end
    yield Piece(SAME, "".join(former[at:]))


def _common(one: list[str], other: list[str]) -> int:
    """How many tokens two rows begin with in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
