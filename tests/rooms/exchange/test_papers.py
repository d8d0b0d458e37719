"""Papers: one value, set as a tagged PDF and as a text document."""

import io
import json
import zipfile
from dataclasses import replace

import docx
import pypdf
import pytest
import typst

from comity.exchange import papers
from comity.exchange.papers import Attachment, Item, Paper, Run, Section, Signature, Table

MARKED_UP = "We meet *twice* a #year.\nAnd in $May$."
RATED = (("Goal 1", "good"), ("Goal 2", "<b>fair</b>"))
AMENDED = Item("1.1", (Run("We meet "), Run("once", "del"), Run("twice", "ins")))
PLAIN = Paper(
    title_en="Programme of Meridia",
    title_fr="Programme de la Méridie",
    subtitles=("Meridia and the Alliance", "Version 3"),
    marking="RESTRICTED",
    sections=(
        Section("1", "Politics", (Item("1.1", (Run(MARKED_UP),)), Item("1.2", (Run("We talk."),), "PUBLIC"))),
        Section("2", "Figures", tables=(Table("Ratings", ("Goal", "Rating"), RATED, (3, 1)),)),
    ),
    signatures=(Signature("For Meridia", "Anna Example", "3 March 2027", ("Key 0123 4567",)),),
    footer="SHA-256 0123",
)  # fmt: skip
CHANGED = replace(PLAIN, sections=(Section("1", "Politics", (AMENDED,), change="ins"),))


def read(made: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(made))


def words_of(made: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in read(made).pages).split())


class TestPdf:
    def test_a_paper_is_tagged_titled_and_says_its_language(self):
        root = read(papers.as_pdf(PLAIN)).trailer["/Root"]

        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en"
        assert root["/StructTreeRoot"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"pdfuaid:part" in root["/Metadata"].get_data()

    def test_the_title_page_carries_both_languages_that_of_the_text_first(self):
        first = read(papers.as_pdf(PLAIN)).pages[0].extract_text()
        french = read(papers.as_pdf(replace(PLAIN, language="fr"))).pages[0].extract_text()

        assert first.index("Programme of Meridia") < first.index("Programme de la Méridie")
        assert french.index("Programme de la Méridie") < french.index("Programme of Meridia")
        assert "Version 3" in first

    @pytest.mark.fault("F8")
    def test_texts_are_never_read_as_markup(self):
        words = words_of(papers.as_pdf(PLAIN))

        assert "1.1 We meet *twice* a #year. And in $May$." in words
        assert "<b>fair</b>" in words

    def test_what_travels_inside_comes_out_as_it_went_in(self):
        carried = json.dumps({"é": "#let x"}).encode()
        made = papers.as_pdf(PLAIN, attachments=[Attachment("agreement.json", carried), Attachment("more.csv", b"a;b", "text/csv")])

        assert dict(read(made).attachments) == {"agreement.json": [carried], "more.csv": [b"a;b"]}

    def test_the_same_paper_is_the_same_file(self):
        assert papers.as_pdf(PLAIN) == papers.as_pdf(PLAIN)

    def test_pages_are_numbered_and_carry_head_and_foot(self):
        page = read(papers.as_pdf(PLAIN)).pages[1].extract_text()

        assert page.startswith("Programme of Meridia RESTRICTED\n")
        assert page.splitlines()[-1] == "SHA-256 0123 2 / 2"

    def test_what_changed_is_shown_by_a_line_and_explained(self):
        words = words_of(papers.as_pdf(CHANGED))

        assert "We meet oncetwice" in words.replace("once twice", "oncetwice")
        assert "Underlined: inserted. Struck through: taken out." in words
        assert "Underlined" not in words_of(papers.as_pdf(PLAIN))

    @pytest.mark.fault("F28")
    @pytest.mark.parametrize("words", ["ქართული ენა", "Українська мова", "Հայերեն", "Donaudampfschifffahrtsgesellschaft " * 20])
    def test_other_scripts_and_long_words_are_set(self, words):
        made = papers.as_pdf(replace(PLAIN, title_en=words, sections=(Section("1", words, (Item("1.1", (Run(words),)),)),)))

        assert "".join(words.split()) in "".join(words_of(made).replace("-", "").split())

    def test_letters_that_no_font_has_do_not_stop_a_paper(self):
        made = papers.as_pdf(replace(PLAIN, title_en="\U0001f3db \U00012000"))

        assert read(made).trailer["/Root"]["/MarkInfo"]["/Marked"]

    def test_what_cannot_be_printed_is_left_out(self):
        made = papers.as_pdf(replace(PLAIN, subtitles=("bell\x07 and\r\nline\x00",)))

        assert "bell and line" in words_of(made)

    def test_a_fault_of_the_template_stays_a_fault(self, monkeypatch):
        monkeypatch.setattr(papers, "_template", lambda: b"#nothing-like-it")

        with pytest.raises(typst.TypstError):
            papers.as_pdf(PLAIN)

    def test_pages_can_be_looked_at(self):
        assert [made[:4] for made in papers.as_images(PLAIN)] == [b"\x89PNG", b"\x89PNG"]


class TestTextDocument:
    def opened(self, paper):
        return docx.Document(io.BytesIO(papers.as_docx(paper)))

    def test_headings_are_headings_and_clauses_carry_their_numbers(self):
        told = [(p.style.name, p.text) for p in self.opened(PLAIN).paragraphs]

        assert ("Title", "Programme of Meridia") in told
        assert ("Subtitle", "Programme de la Méridie") in told
        assert ("Heading 1", "1. Politics") in told
        assert ("Clause", "1.1\tWe meet *twice* a #year.\nAnd in $May$.") in told
        assert ("Clause", "1.2\t[PUBLIC] We talk.") in told
        assert ("Heading 2", "For Meridia") in told

    def test_a_table_tells_its_head_again_on_each_page(self):
        [table] = self.opened(PLAIN).tables

        assert [[cell.text for cell in row.cells] for row in table.rows][1] == ["Goal 1", "good"]
        assert "w:tblHeader" in table.rows[0]._tr.xml

    def test_what_changed_is_underlined_or_struck_through(self):
        runs = [
            (run.text, run.style.name)
            for p in self.opened(CHANGED).paragraphs
            for run in p.runs
            if run.style.name in ("Inserted", "Taken out")
        ]

        assert runs == [("1. Politics", "Inserted"), ("once", "Taken out"), ("twice", "Inserted")]  # fmt: skip

    def test_each_text_says_its_language_and_nothing_runs(self):
        made = papers.as_docx(replace(PLAIN, language="fr"))
        opened = docx.Document(io.BytesIO(made))
        names = zipfile.ZipFile(io.BytesIO(made)).namelist()

        assert opened.core_properties.language == "fr-FR"
        assert 'w:val="fr-FR"' in opened.styles.element.xml
        assert 'w:val="en-GB"' in opened.paragraphs[1]._p.xml
        assert not [name for name in names if "vba" in name.lower()]
        assert (opened.core_properties.author, opened.core_properties.comments) == ("", "")

    def test_what_cannot_be_written_is_left_out(self):
        assert "bell" in [p.text for p in self.opened(replace(PLAIN, subtitles=("be\x0bll",))).paragraphs]


def test_a_paper_is_taken_away_under_a_plain_name():
    answer = papers.attached(b"%PDF", 'a "quoted"\r\nnamé', "pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="a-quoted-nam.pdf"'
    assert answer["Cache-Control"] == "no-store"
