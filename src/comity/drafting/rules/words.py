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
    """What was done to the tokens before; two edits with nothing but blanks between them are one.

    Words are laid beside words; blanks follow them, for looked up on their own they would take most of the time.
    """
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    ends = len(before) - tail, len(after) - tail
    former = [at for at in range(head, ends[0]) if not before[at].isspace()]
    latter = [at for at in range(head, ends[1]) if not after[at].isspace()]
    matcher = SequenceMatcher(None, [before[at] for at in former], [after[at] for at in latter], autojunk=False)
    matched = [(former[i + d], latter[j + d]) for i, j, n in matcher.get_matching_blocks() for d in range(n)]
    found: list[tuple[int, int, int, int]] = []
    x, y = head, head
    for p, q in [*matched, ends]:
        if before[x:p] != after[y:q]:
            _add(found, before, after, (x, p, y, q))
        x, y = p + 1, q + 1
    return [Edit(start, end, "".join(after[begin:stop])) for start, end, begin, stop in found]


def _add(found: list[tuple[int, int, int, int]], before: list[str], after: list[str], edit: tuple[int, int, int, int]) -> None:
    """Note one more edit, without what its two sides begin and end with in common."""
    x, p, y, q = edit
    head = _common(before[x:p], after[y:q])
    x, y = x + head, y + head
    tail = _common(before[x:p][::-1], after[y:q][::-1])
    p, q = p - tail, q - tail
    if found and "".join(before[found[-1][1] : x]).isspace():
        x, _p, y, _q = found.pop()
    found.append((x, p, y, q))


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
