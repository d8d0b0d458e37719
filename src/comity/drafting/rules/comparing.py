"""Two or three contents side by side, chapter by chapter and clause by clause, with what changed word by word."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity.drafting.rules.contents import ChapterText, ClauseText, Content, annexes_as_chapters, lettered, numbers_of
from comity.drafting.rules.words import Piece, words

SAME, CHANGED, ADDED, REMOVED, MOVED, ABSENT = "same", "changed", "added", "removed", "moved", "absent"


@dataclass(frozen=True)
class Cell:
    """A clause in one of the contents: its number, how it differs from what it is compared with, and its words in pieces."""

    number: str
    kind: str
    pieces: tuple[Piece, ...]
    marking: str = ""
    is_marked_anew: bool = False


@dataclass(frozen=True)
class Row:
    """One clause across the contents, first to last."""

    key: str
    chapter: str
    cells: tuple[Cell, ...]

    @property
    def is_changed(self) -> bool:
        """Whether it differs anywhere."""
        return any(cell.kind not in (SAME, ABSENT) or cell.is_marked_anew for cell in self.cells)


@dataclass(frozen=True)
class Comparison:
    """The chapters in order, each with its rows."""

    chapters: tuple[tuple[ChapterText, tuple[Row, ...]], ...]

    @property
    def rows(self) -> Iterator[Row]:
        """Every row, from first to last."""
        for _chapter, rows in self.chapters:
            yield from rows

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses were changed, added, removed or moved, and how many stayed."""
        kinds = [next((c.kind for c in row.cells[1:] if c.kind not in (SAME, ABSENT)), None) for row in self.rows]
        changed = [k or (CHANGED if row.is_changed else SAME) for k, row in zip(kinds, self.rows, strict=True)]
        return {kind: changed.count(kind) for kind in (CHANGED, ADDED, REMOVED, MOVED, SAME)}


def compare(a: Content, b: Content, c: Content | None = None, *, step_by_step: bool = False) -> Comparison:
    """The later contents against the first; step by step, the third against the second."""
    given = (a, b) if c is None else (a, b, c)
    numbers = [_numbers(content) for content in given]
    contents = tuple(map(annexes_as_chapters, given))
    settled = [
        _settled(contents[n - 1 if step_by_step else 0], content) if n else frozenset() for n, content in enumerate(contents)
    ]
    chapters = []
    for chapter, keys in _laid_out(contents):
        rows = []
        for key in keys:
            cells = []
            for n, content in enumerate(contents):
                former = contents[n - 1 if step_by_step else 0].clause(key) if n else content.clause(key)
                cells.append(_cell(former, content.clause(key), numbers[n].get(key, ""), moved=n > 0 and key not in settled[n]))
            rows.append(Row(key, chapter.key, tuple(cells)))
        chapters.append((chapter, tuple(rows)))
    return Comparison(tuple(chapters))


def _numbers(content: Content) -> dict[str, str]:
    """The numbers of clauses, and of the rows of annexes, by their keys."""
    rows = {annex.place_of(row): number for _letter, annex, rows in lettered(content) for number, row in rows}
    return numbers_of(content) | rows


def _cell(former: ClauseText | None, latter: ClauseText | None, number: str, *, moved: bool) -> Cell:
    if former is None and latter is None:
        return Cell("", ABSENT, ())
    if latter is None or former is None:
        there = latter or former
        assert there is not None
        pieces = words("", there.words) if former is None else words(there.words, "")
        return Cell(number, ADDED if former is None else REMOVED, pieces, there.marking)
    anew = former.marking != latter.marking
    if former.words != latter.words:
        return Cell(number, CHANGED, words(former.words, latter.words), latter.marking, anew)
    return Cell(number, MOVED if moved else SAME, words(latter.words, latter.words), latter.marking, anew)


def _settled(former: Content, latter: Content) -> frozenset[str]:
    """The keys that stand where they stood: in the same chapter, and in the longest row that kept its order."""
    was = {clause.key: (chapter.key, n) for chapter in former.chapters for n, clause in enumerate(chapter.clauses)}
    kept: set[str] = set()
    for chapter in latter.chapters:
        places = [(was[c.key][1], c.key) for c in chapter.clauses if c.key in was and was[c.key][0] == chapter.key]
        kept |= _rising(places)
    return frozenset(kept)


def _rising(places: Sequence[tuple[int, str]]) -> set[str]:
    """The keys of the longest row of places that still rises."""
    ends: list[int] = []  # for each length: the row of that length that ends lowest, by the index of its last place
    before: list[int | None] = []
    for n, (place, _key) in enumerate(places):
        length = bisect_left(ends, place, key=lambda at: places[at][0])
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [n]
    kept, at = set(), ends[-1] if ends else None
    while at is not None:
        kept.add(places[at][1])
        at = before[at]
    return kept


def _laid_out(contents: Sequence[Content]) -> list[tuple[ChapterText, list[str]]]:
    """Chapters and keys in the order of the newest content; what it lacks stands after what it followed before."""
    chapters: dict[str, ChapterText] = {}
    for content in reversed(contents):
        before = ""
        for chapter in content.chapters:
            if chapter.key not in chapters:
                chapters = _inserted(chapters, before, chapter)
            before = chapter.key
    order: dict[str, list[str]] = {key: [] for key in chapters}
    seen: set[str] = set()
    for content in reversed(contents):
        for chapter in content.chapters:
            row, at = order[chapter.key], 0
            for clause in chapter.clauses:
                if clause.key in seen:
                    at = row.index(clause.key) + 1 if clause.key in row[at:] else at
                else:
                    row.insert(at, clause.key)
                    seen.add(clause.key)
                    at += 1
    return [(chapter, order[key]) for key, chapter in chapters.items()]


def _inserted(chapters: dict[str, ChapterText], before: str, chapter: ChapterText) -> dict[str, ChapterText]:
    """The chapters with one more after another, or first."""
    keys = list(chapters)
    keys.insert(keys.index(before) + 1 if before in chapters else 0, chapter.key)
    return {key: chapters.get(key, chapter) for key in keys}
