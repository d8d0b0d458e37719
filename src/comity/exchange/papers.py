"""Papers: what is printed, signed and sent to ministries, as a tagged PDF (PDF/UA-1) or as a text document (DOCX).

A paper is a value: it knows no noun of the domain and is the same in both forms. Its texts are data and never markup:
they reach the typesetter as JSON, beside a template of ours, and the text document as runs.
"""

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import import_module, resources
from textwrap import shorten
from typing import Any, Literal

from django.http import HttpResponse

from comity.kernel.faces import say
from comity.kernel.words import Word, _

Change = Literal["", "ins", "del"]
FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# The head of a page is one line.
LONGEST_HEAD = 72
LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}
# What no form of document can hold; a line feed and a tab stay.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LABELS = {
    "signatures": _("Signatures"),
    "inserted": _("Underlined: inserted. Struck through: taken out."),
}


@dataclass(frozen=True)
class Run:
    """A stretch of text: as it stands, inserted or taken out."""

    text: str
    change: Change = ""


@dataclass(frozen=True)
class Item:
    """A numbered clause: its runs, and its marking where it differs from that of the paper."""

    number: str
    runs: tuple[Run, ...]
    marking: str = ""


@dataclass(frozen=True)
class Table:
    """A table: the first cell of each row names the row; shares are the widths of the columns to each other."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A chapter: heading, clauses, tables; `change` marks a heading that came or went between two versions."""

    number: str
    title: str
    items: tuple[Item, ...] = ()
    tables: tuple[Table, ...] = ()
    change: Change = ""


@dataclass(frozen=True)
class Signature:
    """Who signed for which side, when, and the lines that prove it."""

    side: str
    name: str
    at: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A document ready to be set: the title page in both languages, then chapters, then signatures."""

    title_en: str
    title_fr: str = ""
    subtitles: tuple[str, ...] = ()
    marking: str = ""
    language: str = "en"
    sections: tuple[Section, ...] = ()
    signatures: tuple[Signature, ...] = ()
    footer: str = ""
    # A title page of its own; without, the text follows the title.
    has_cover: bool = True

    @property
    def title(self) -> str:
        """The title in the language of the text."""
        return self.titles[0][1]

    @property
    def titles(self) -> list[tuple[str, str]]:
        """Language and title, the language of the text first."""
        both = [("en", self.title_en), ("fr", self.title_fr)]
        return [pair for pair in sorted(both, key=lambda pair: pair[0] != self.language) if pair[1]]

    @property
    def shows_changes(self) -> bool:
        """Whether anything is marked as inserted or taken out."""
        return any(s.change or any(run.change for item in s.items for run in item.runs) for s in self.sections)


@dataclass(frozen=True)
class Attachment:
    """A file of text (UTF-8) that travels inside the PDF."""

    name: str
    content: bytes
    kind: str = "application/json"
    words: str = ""
    # What it is to the paper: the data it was made from, or something beside it.
    relation: Literal["source", "data", "supplement"] = field(default="data")


def as_pdf(paper: Paper, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """The paper as a tagged PDF, the same bytes for the same paper; attachments travel inside.

    It conforms to PDF/UA-1 unless a text holds letters that no font of ours has: then it is tagged all the same.
    """
    return _set(paper, attachments, "pdf")[0]


def as_images(paper: Paper, *, ppi: float = 72) -> list[bytes]:
    """The pages as pictures (PNG), to be looked at."""
    return _set(paper, (), "png", ppi=ppi)


def _set(paper: Paper, attachments: Sequence[Attachment], form: Literal["pdf", "png"], **options: Any) -> list[bytes]:
    files = {"main": _template(), "paper.json": json.dumps(_told(paper, attachments), ensure_ascii=False).encode()}
    files |= {f"attachment-{n}": a.content for n, a in enumerate(attachments)}
    typst = import_module("typst")  # loaded with the first paper, as the library of text documents is
    standards: list[list[str]] = [["ua-1"], []] if form == "pdf" else [[]]
    for standard in standards:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = typst.compile(files, format=form, pdf_standards=standard, ignore_system_fonts=True, **options)
        except typst.TypstError:
            if standard:
                continue
            raise
        return made if isinstance(made, list) else [made]
    raise AssertionError("one of the standards is none")


@cache
def _template() -> bytes:
    return (resources.files("comity.exchange") / "typeset" / "paper.typ").read_bytes()


def _told(paper: Paper, attachments: Sequence[Attachment]) -> dict[str, Any]:
    """What the template is told, printable throughout."""
    told: dict[str, Any] = _printable(asdict(paper))
    words = {name: say(Word(label), paper.language) for name, label in LABELS.items()}
    carried = [
        {"file": f"attachment-{n}", "name": a.name, "kind": a.kind, "words": a.words or a.name, "relation": a.relation}
        for n, a in enumerate(attachments)
    ]
    titles = [{"language": language, "text": printable(text)} for language, text in paper.titles]
    head = shorten(titles[0]["text"], LONGEST_HEAD, placeholder=" …")
    return told | {"labels": words, "head": head, "titles": titles, "attachments": carried, "changes": paper.shows_changes}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


def printable(text: str) -> str:
    """A text without what no form of document can hold."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_docx(paper: Paper) -> bytes:
    """The paper as a text document: real headings, the language of each text told, no macros."""
    # Its library is loaded with the first document, not by every process that serves pages.
    made: bytes = import_module("comity.exchange.documents").as_docx(paper)
    return made


def attached(content: bytes, name: str, form: str) -> HttpResponse:
    """The paper as a file to take away; only plain letters go into its name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "paper"
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{plain}.{form}"'
    response["Cache-Control"] = "no-store"
    return response
