"""Papers as text documents (DOCX), which ministries can edit."""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from comity.exchange.papers import LABELS, LANGUAGES, Paper, Run, Section, Signature, Table, printable
from comity.kernel.faces import say
from comity.kernel.words import Word


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
    told.title, told.author, told.comments, told.language = printable(paper.title), "", "", LANGUAGES[paper.language]


def _title_page(document: Document, paper: Paper) -> None:
    """The title in both languages, each told as such, and the lines below it; the text begins on a new page."""
    for place, (language, title) in enumerate(paper.titles):
        line = document.add_paragraph(style="Title" if place == 0 else "Subtitle")
        run = line.add_run(printable(title))
        run._r.get_or_add_rPr().append(_element("w:lang", val=LANGUAGES[language]))
    for subtitle in (paper.marking, *paper.subtitles):
        if subtitle:
            document.add_paragraph(printable(subtitle))
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    section.header.paragraphs[0].text = printable(paper.marking)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.footer:
        foot.add_run(printable(f"{paper.footer} · "))
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
            clause.add_run(f"[{printable(item.marking)}] ").bold = True
        for run in item.runs:
            _run(clause, run)
    for table in section.tables:
        _table(document, table)


def _run(paragraph: Paragraph, run: Run) -> None:
    """A run with its line breaks, in the style of its change."""
    made = paragraph.add_run(printable(run.text))
    if run.change:
        made._r.style = {"ins": "Inserted", "del": "Takenout"}[run.change]


def _table(document: Document, table: Table) -> None:
    """A table with its caption above and a head that is told again on each page."""
    document.add_paragraph(printable(table.caption), style="Caption")
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
    told = [words for row in (table.head, *table.rows) for words in row]
    for place, (cell, words) in enumerate(zip(made._cells, told, strict=True)):
        cell.paragraphs[0].add_run(printable(words)).bold = place < len(table.head) or None
    made.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def _signature(document: Document, signature: Signature) -> None:
    document.add_heading(printable(signature.side), level=2)
    for line in _lines(signature):
        document.add_paragraph(printable(line))


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
