"""Merging two changes of one text, word by word: what only one side changed is taken, what both changed is a conflict.

Two changes that touch, with nothing but blanks between them, count as the same place: a number and its unit are not
changed by two people without either hearing of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.drafting.rules.words import Edit, edits, tokens_of


@dataclass(frozen=True)
class Conflict:
    """A place that both changed, in three wordings."""

    base: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """The merged text in parts, in their order: a text, or a conflict."""

    parts: tuple[str | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The places where somebody has to choose."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    @property
    def text(self) -> str:
        """The merged text; where there is a conflict, our wording stands until somebody chooses."""
        return "".join(part.ours if isinstance(part, Conflict) else part for part in self.parts)

    def __eq__(self, other: object) -> bool:
        """A merge without conflicts is its text."""
        if isinstance(other, str):
            return not self.conflicts and self.text == other
        return isinstance(other, Merged) and self.parts == other.parts

    __hash__ = None  # type: ignore[assignment]


def merge(base: str, ours: str, theirs: str) -> Merged:
    """Both changes of a text in one; nothing that either side wrote is lost without a conflict that names it."""
    if ours == theirs or theirs == base:
        return Merged((ours,))
    if ours == base:
        return Merged((theirs,))
    before, mine, other = tokens_of(base, ours, theirs)
    return Merged(tuple(_joined(_parts(before, edits(before, mine), edits(before, other)))))


Sided = tuple[Edit, bool]


def _parts(before: list[str], ours: list[Edit], theirs: list[Edit]) -> Iterator[str | Conflict]:
    at = 0
    for group in _groups(before, sorted([*((e, True) for e in ours), *((e, False) for e in theirs)], key=_place)):
        start, end = min(e.start for e, _ in group), max(e.end for e, _ in group)
        mine, other = [e for e, own in group if own], [e for e, own in group if not own]
        yield "".join(before[at:start])
        one, two = _applied(before, start, end, mine), _applied(before, start, end, other)
        if mine and other and one != two:
            yield Conflict("".join(before[start:end]), one, two)
        else:
            yield one if mine else two
        at = end
    yield "".join(before[at:])


def _place(sided: Sided) -> tuple[int, int]:
    return sided[0].start, sided[0].end


def _groups(before: list[str], found: list[Sided]) -> Iterator[list[Sided]]:
    """Edits that overlap or touch, together."""
    group: list[Sided] = []
    end = 0
    for edit, own in found:
        if group and edit.start > end and not "".join(before[end : edit.start]).isspace():
            yield group
            group = []
        end = max(end, edit.end) if group else edit.end
        group.append((edit, own))
    if group:
        yield group


def _applied(before: list[str], start: int, end: int, found: list[Edit]) -> str:
    """What one side makes of a stretch of the former text."""
    made, at = [], start
    for edit in found:
        made += ["".join(before[at : edit.start]), edit.words]
        at = edit.end
    return "".join([*made, *before[at:end]])


def _joined(parts: Iterator[str | Conflict]) -> Iterator[str | Conflict]:
    """Texts that follow one another are one."""
    waiting = ""
    for part in parts:
        if isinstance(part, Conflict):
            if waiting:
                yield waiting
            yield part
            waiting = ""
        else:
            waiting += part
    if waiting:
        yield waiting
