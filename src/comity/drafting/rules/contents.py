"""What a text says at one moment: chapters of clauses as values, their numbers, and the one form that is hashed.

Version 1 of the canonical form: JSON in UTF-8, keys sorted, no spaces, every string in Unicode's normal form C.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from string import ascii_uppercase
from typing import Any, Self

PUBLIC, RESTRICTED = "public", "restricted"
# So many cells at the beginning of a row of an annex tell it from the other rows.
NAMING = 2


@dataclass(frozen=True)
class ClauseText:
    """One clause: its key, what it says, who may read it, and the alternatives in brackets as pairs of side and words."""

    key: str
    body: str
    marking: str = RESTRICTED
    brackets: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """The body with its brackets, as it is compared and printed."""
        return "\n".join([*filter(None, [self.body]), *(f"[{words}]" for _side, words in self.brackets)])


@dataclass(frozen=True)
class ChapterText:
    """One chapter with its clauses in order."""

    key: str
    title_en: str
    title_fr: str = ""
    clauses: tuple[ClauseText, ...] = ()


@dataclass(frozen=True)
class AnnexText:
    """A table that belongs to a text: its key, its title, the heads of its columns, and rows of as many cells."""

    key: str
    title_en: str
    title_fr: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def place(self) -> str:
        """What tells it from the chapters of a text."""
        return f"annex-{self.key}"

    def place_of(self, row: tuple[str, ...]) -> str:
        """What tells a row from the others: the cells it begins with."""
        return "-".join([self.place, *row[:NAMING]])

    def told(self) -> dict[str, Any]:
        """The annex as plain values, ready for JSON."""
        title = {"en": self.title_en, "fr": self.title_fr}
        return {"key": self.key, "title": title, "head": list(self.head), "rows": [list(row) for row in self.rows]}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """The annex that plain values tell."""
        rows = tuple(tuple(row) for row in told["rows"])
        return cls(told["key"], told["title"]["en"], told["title"]["fr"], tuple(told["head"]), rows)


@dataclass(frozen=True)
class Content:
    """A whole text: title, language of its clauses, chapters in order, and the tables that belong to it."""

    chapters: tuple[ChapterText, ...] = ()
    title_en: str = ""
    title_fr: str = ""
    language: str = "en"
    annexes: tuple[AnnexText, ...] = ()
    index: Mapping[str, ClauseText] = field(init=False, compare=False, repr=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {clause.key: clause for clause in self.clauses})

    @property
    def clauses(self) -> Iterator[ClauseText]:
        """Every clause, from first to last."""
        for chapter in self.chapters:
            yield from chapter.clauses

    def clause(self, key: str) -> ClauseText | None:
        """The clause of a key, if the text has it."""
        return self.index.get(key)

    def told(self) -> dict[str, Any]:
        """The content as plain values, ready for JSON; annexes are told only where there are any, as before there were."""
        annexes = {"annexes": [annex.told() for annex in self.annexes]} if self.annexes else {}
        return {
            "language": self.language,
            "title": {"en": self.title_en, "fr": self.title_fr},
            "chapters": [_chapter_told(chapter) for chapter in self.chapters],
            **annexes,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """The content that plain values tell."""
        return cls(
            chapters=tuple(_chapter_of(chapter) for chapter in told["chapters"]),
            title_en=told["title"]["en"],
            title_fr=told["title"]["fr"],
            language=told["language"],
            annexes=tuple(AnnexText.of(annex) for annex in told.get("annexes", ())),
        )


def _chapter_told(chapter: ChapterText) -> dict[str, Any]:
    clauses = [
        {"key": c.key, "body": c.body, "marking": c.marking, "brackets": [{"side": s, "body": w} for s, w in c.brackets]}
        for c in chapter.clauses
    ]
    return {"key": chapter.key, "title": {"en": chapter.title_en, "fr": chapter.title_fr}, "clauses": clauses}


def _chapter_of(told: Mapping[str, Any]) -> ChapterText:
    clauses = tuple(
        ClauseText(c["key"], c["body"], c["marking"], tuple((b["side"], b["body"]) for b in c["brackets"])) for c in told["clauses"]
    )
    return ChapterText(told["key"], told["title"]["en"], told["title"]["fr"], clauses)


Numbered = tuple[str, ChapterText, list[tuple[str, ClauseText]]]


def numbered(content: Content) -> list[Numbered]:
    """Chapters and clauses with their numbers: `2`, and `2.3` within it. Numbers are counted, never stored."""
    return [
        (str(n), chapter, [(f"{n}.{m}", clause) for m, clause in enumerate(chapter.clauses, 1)])
        for n, chapter in enumerate(content.chapters, 1)
    ]


def row_in_words(cells: Sequence[str]) -> str:
    """A row of an annex in one line, as it is printed and compared."""
    return " · ".join(cells)


# What annexes are called, in their order.
LETTERS = ascii_uppercase
Lettered = tuple[str, AnnexText, list[tuple[str, tuple[str, ...]]]]


def lettered(content: Content) -> list[Lettered]:
    """Annexes with their letters, and their rows with a number: `A`, and `A.3` within it."""
    return [
        (letter, annex, [(f"{letter}.{n}", row) for n, row in enumerate(annex.rows, 1)])
        for letter, annex in zip(LETTERS, content.annexes, strict=False)
    ]


def annexes_as_chapters(content: Content) -> Content:
    """A content whose annexes stand as chapters at its end, a row as a clause, so that they are compared like these."""
    chapters = [
        ChapterText(
            annex.place,
            annex.title_en,
            annex.title_fr,
            tuple(ClauseText(annex.place_of(row), row_in_words(row)) for row in annex.rows),
        )
        for annex in content.annexes
    ]
    return replace(content, chapters=(*content.chapters, *chapters), annexes=())


def numbers_of(content: Content) -> dict[str, str]:
    """The number of each clause by its key."""
    return {clause.key: number for _n, _chapter, clauses in numbered(content) for number, clause in clauses}


def canonical(told: Content | Mapping[str, Any] | Sequence[Any]) -> bytes:
    """The one form of a content, or of any plain values: whoever has the same words has the same bytes."""
    plain = told.told() if isinstance(told, Content) else told
    return json.dumps(_composed(plain), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(told: Content | Mapping[str, Any] | Sequence[Any]) -> str:
    """SHA-256 over the canonical form, in hexadecimal digits."""
    return sha256(canonical(told)).hexdigest()


def _composed(value: Any) -> Any:
    """Values with every string in normal form C, keys included."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_composed(str(k)): _composed(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(v) for v in value]
    return value


# What JSON and PostgreSQL cannot hold, or nobody can see: controls beside tab and new line, halves of pairs.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def normal(words: str) -> str:
    """Words as a clause keeps them: normal form C, nothing blank at the ends."""
    return unicodedata.normalize("NFC", seen(words)).strip()


def seen(words: str) -> str:
    """Words as a draft keeps them: one kind of line end, and nothing that no column can hold."""
    return _UNSEEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
