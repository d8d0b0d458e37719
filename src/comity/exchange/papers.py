"""Papers: what is printed, signed and sent to ministries, as a tagged PDF (PDF/UA-1) or as a text document (DOCX).

A paper is a value: it knows no noun of the domain and is the same in both forms. Its texts are data and never markup:
they reach the typesetter as JSON, beside a template of ours, and the text document as runs.
"""

import io
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from textwrap import shorten
from typing import Any, Literal

import docx
import typst
from django.http import HttpResponse
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

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
    compiled: Any = typst.compile  # its stubs do not know that several files can be handed over at once
    standards: list[list[str]] = [["ua-1"], []] if form == "pdf" else [[]]
    for standard in standards:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = compiled(files, format=form, pdf_standards=standard, ignore_system_fonts=True, **options)
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
    titles = [{"language": language, "text": _clean(text)} for language, text in paper.titles]
    head = shorten(titles[0]["text"], LONGEST_HEAD, placeholder=" …")
    return told | {"labels": words, "head": head, "titles": titles, "attachments": carried, "changes": paper.shows_changes}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {name: _printable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def as_docx(paper: Paper) -> bytes:
    """The paper as a text document: real headings, the language of each text told, no macros."""
    document = docx.Document()
    _styled(document, paper)
    _title_page(document, paper)
    if paper.shows_changes:
        document.add_paragraph(say(Word(LABELS["inserted"]), paper.language), style="Subtitle")
    for section in paper.sections:
        _section(document, section)
    if paper.signatures:
        document.add_heading(say(Word(LABELS["signatures"]), paper.language), level=1)
    for signature in paper.signatures:
        _signature(document, signature)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _styled(document: Document, paper: Paper) -> None:
    """Styles, language and properties of the document; nothing is left of those of the library's own template."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Cambria", Pt(11)
    language = _element("w:lang", val=LANGUAGES[paper.language], eastAsia=LANGUAGES[paper.language])
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(language)
    clause = document.styles.add_style("Clause", WD_STYLE_TYPE.PARAGRAPH)
    clause.base_style = normal
    clause.paragraph_format.left_indent, clause.paragraph_format.first_line_indent = Cm(1.4), Cm(-1.4)
    clause.paragraph_format.tab_stops.add_tab_stop(Cm(1.4))
    document.styles.add_style("Inserted", WD_STYLE_TYPE.CHARACTER).font.underline = True
    document.styles.add_style("Taken out", WD_STYLE_TYPE.CHARACTER).font.strike = True
    told = document.core_properties
    told.title, told.author, told.comments, told.language = _clean(paper.title), "", "", LANGUAGES[paper.language]


def _title_page(document: Document, paper: Paper) -> None:
    """The title in both languages, each told as such, and the lines below it; the text begins on a new page."""
    for place, (language, title) in enumerate(paper.titles):
        line = document.add_paragraph(style="Title" if place == 0 else "Subtitle")
        run = line.add_run(_clean(title))
        run._r.get_or_add_rPr().append(_element("w:lang", val=LANGUAGES[language]))
    for subtitle in (paper.marking, *paper.subtitles):
        if subtitle:
            document.add_paragraph(_clean(subtitle))
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    section.header.paragraphs[0].text = _clean(paper.marking)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.footer:
        foot.add_run(_clean(f"{paper.footer} · "))
    _counting(foot, "PAGE")
    foot.add_run(" / ")
    _counting(foot, "NUMPAGES")


def _section(document: Document, section: Section) -> None:
    heading = document.add_heading(level=1)
    _run(heading, Run(f"{section.number}. {section.title}" if section.number else section.title, section.change))
    for item in section.items:
        clause = document.add_paragraph()
        clause._p.style = "Clause"  # set by its key: looking it up by name takes longer the longer the document is
        clause.add_run(f"{item.number}\t")
        if item.marking:
            clause.add_run(f"[{_clean(item.marking)}] ").bold = True
        for run in item.runs:
            _run(clause, run)
    for table in section.tables:
        _table(document, table)


def _run(paragraph: Paragraph, run: Run) -> None:
    """A run with its line breaks, in the style of its change."""
    made = paragraph.add_run(_clean(run.text))
    if run.change:
        made._r.style = {"ins": "Inserted", "del": "Takenout"}[run.change]


def _table(document: Document, table: Table) -> None:
    """A table with its caption above and a head that is told again on each page."""
    document.add_paragraph(_clean(table.caption), style="Caption")
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
    told = [words for row in (table.head, *table.rows) for words in row]
    for place, (cell, words) in enumerate(zip(made._cells, told, strict=True)):
        cell.paragraphs[0].add_run(_clean(words)).bold = place < len(table.head) or None
    made.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def _signature(document: Document, signature: Signature) -> None:
    document.add_heading(_clean(signature.side), level=2)
    for line in _lines(signature):
        document.add_paragraph(_clean(line))


def _lines(signature: Signature) -> Iterator[str]:
    yield from (line for line in (signature.name, signature.at, *signature.lines) if line)


def _counting(paragraph: Paragraph, what: str) -> None:
    """A field that the reader's program counts: the page, or how many there are."""
    inside = _element("w:r")
    shown = _element("w:t")
    shown.text = "1"
    inside.append(shown)
    counted = _element("w:fldSimple", instr=what)
    counted.append(inside)
    paragraph._p.append(counted)


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def attached(content: bytes, name: str, form: str) -> HttpResponse:
    """The paper as a file to take away; only plain letters go into its name."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "paper"
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{plain}.{form}"'
    response["Cache-Control"] = "no-store"
    return response
