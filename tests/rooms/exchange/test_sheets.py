"""Sheets in and out: whatever made them, no fault; whatever is in them, no formula."""

import contextlib
import csv
import io
import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange import sheets

TEXT = "title;city\nCafé;Kungsängen\n"


def read(file: bytes, name: str = "sheet", **how) -> list[dict[str, str]]:
    return [row.cells for row in sheets.read(file, name, **how).rows]


def book(*rows: list, **sheet_titles) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def resident() -> int:
    """The memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def taken(form: str, columns: list[str], rows: list[list]) -> bytes:
    response = sheets.respond(form, "a list", columns, rows)
    return b"".join(response.streaming_content)


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_any_usual_encoding(self, encoding):
        assert read(TEXT.encode(encoding)) == [{"title": "Café", "city": "Kungsängen"}]

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_any_usual_separator(self, separator):
        assert read(TEXT.replace(";", separator).encode()) == [{"title": "Café", "city": "Kungsängen"}]

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_any_line_ending(self, ending):
        assert len(read(TEXT.replace("\n", ending).encode())) == 1

    def test_the_row_of_headings_below_a_title(self):
        file = book(["The menu of 2027", None, None], [None], ["Title", "Start date", "Seats"], ["A", datetime(2027, 3, 8), 20])

        table = sheets.read(file, "menu.xlsx", expect=["title", "seats"])

        assert table.columns == ("title", "start_date", "seats")
        assert (table.rows[0].line, table.rows[0].cells) == (4, {"title": "A", "start_date": "2027-03-08", "seats": "20"})

    def test_merged_headings(self):
        made = openpyxl.Workbook()
        made.active.append(["What", None, "When"])
        made.active.merge_cells("A1:B1")
        made.active.append(["title", "kind", "start"])
        made.active.append(["A", "course", "2027"])
        file = io.BytesIO()
        made.save(file)

        assert read(file.getvalue(), expect=["title", "kind", "start"]) == [{"title": "A", "kind": "course", "start": "2027"}]

    def test_the_first_sheet_that_holds_anything(self):
        made = openpyxl.Workbook()
        made.create_sheet("second").append(["title", "kind"])
        made["second"].append(["A", "course"])
        file = io.BytesIO()
        made.save(file)

        assert read(file.getvalue()) == [{"title": "A", "kind": "course"}]

    def test_cells_of_every_type_as_text(self):
        file = book(["a", "b", "c", "d", "e", "f"], [date(2027, 3, 8), datetime(2027, 3, 8, 9, 30), 20.0, 1.5, True, "  x "])

        assert list(read(file)[0].values()) == ["2027-03-08", "2027-03-08 09:30", "20", "1.5", "yes", "x"]

    def test_a_heading_given_twice_names_its_first_column(self):
        assert read(b"a,b,a\n1,2,3\n") == [{"a": "1", "b": "2"}]

    def test_short_long_and_empty_rows(self):
        assert read(b"a,b\n1\n\n,\n1,2,3\n") == [{"a": "1", "b": ""}, {"a": "1", "b": "2"}]

    def test_a_huge_cell(self):
        assert len(read(b"a,b\n" + b"x" * 1_000_000 + b",2\n")[0]["a"]) == 1_000_000

    @pytest.mark.parametrize(
        ("file", "why"),
        [
            (b"", "it is empty"),
            (b"\xef\xbb\xbf\n\n,,\n", "it has no row of headings"),
            (b" \n\t ", "it is empty"),
            (b"PK\x03\x04 and then nothing", "neither a workbook nor a table"),
            (b"\xff\xfe\x00", "neither a workbook nor a table"),
            (book(), "it is empty"),
        ],
    )
    def test_what_is_no_sheet_is_refused_in_words(self, file, why):
        with pytest.raises(sheets.NotASheet) as refused:
            sheets.read(file, "odd.xlsx")

        assert why in str(refused.value)
        assert "odd.xlsx" in str(refused.value)

    def test_too_much_is_refused(self, monkeypatch):
        monkeypatch.setattr(sheets, "MOST_ROWS", 10)
        with pytest.raises(sheets.NotASheet, match="too large"):
            sheets.read(b"a,b\n" * 12, "big.csv")
        monkeypatch.setattr(sheets, "MOST_BYTES", 10)
        with pytest.raises(sheets.NotASheet, match="too large"):
            sheets.read(b"a,b\n" * 12, "big.csv")
        monkeypatch.setattr(sheets, "MOST_UNPACKED", 10)
        monkeypatch.setattr(sheets, "MOST_BYTES", 10**9)
        with pytest.raises(sheets.NotASheet, match="too large"):
            sheets.read(book(["a"]), "bomb.xlsx")

    def test_headings_may_be_renamed(self):
        table = sheets.read(b"Course Name,x\nA,1\n", "s.csv").renamed({"course name": "title"})

        assert table.columns == ("title", "x")
        assert table.rows[0].cells == {"title": "A", "x": "1"}

    @settings(max_examples=150, deadline=None)
    @given(
        st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | st.binary(max_size=80).map(lambda b: b"PK\x03\x04" + b)
    )
    def test_no_bytes_are_a_fault(self, file):
        try:
            table = sheets.read(file, "fuzz")
        except sheets.NotASheet:
            return
        assert all(set(row.cells) == set(table.columns) for row in table.rows)

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 5000), st.integers(0, 255))
    def test_no_broken_workbook_is_a_fault(self, place, byte):
        file = bytearray(BOOK)
        file[place % len(file)] = byte
        with contextlib.suppress(sheets.NotASheet):
            sheets.read(bytes(file), "broken.xlsx")


BOOK = book(["title", "kind"], ["A", "course"])


@pytest.mark.fault("F14")
class TestWriting:
    DANGERS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "'=already")

    @pytest.mark.parametrize("text", DANGERS)
    def test_no_text_runs_as_a_formula(self, text):
        lines = list(csv.reader(io.StringIO(taken("csv", ["t"], [[text]]).decode(), newline="")))
        cell = openpyxl.load_workbook(io.BytesIO(taken("xlsx", ["t"], [[text]]))).active["A2"]

        assert not lines[1][0].startswith(sheets.RUNS)
        assert cell.data_type == "s"

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_what_leaves_comes_back(self, form):
        texts = ["=1+1", "-5 °C", "'=quoted", "'plain", "a,b;c", 'say "so"', "two\nlines", "ქართული", "العربية", "€ 100"]

        back = read(taken(form, ["n", "t"], [[n, t] for n, t in enumerate(texts, 1)]))

        assert [row["t"] for row in back] == texts
        assert [row["n"] for row in back] == [str(n) for n in range(1, 11)]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
    def test_odd_text_neither_fails_nor_drops_rows(self, texts):
        rows = [[n, t] for n, t in enumerate(texts)]
        for form in ("csv", "xlsx"):
            back = read(taken(form, ["n", "t"], [[r[0] + 1, r[1].replace("\ud800", "")] for r in rows]))
            assert [row["n"] for row in back] == [str(n + 1) for n in range(len(texts))]

    def test_numbers_stay_numbers_and_nothing_stays_nothing(self):
        cells = openpyxl.load_workbook(io.BytesIO(taken("xlsx", ["a", "b", "c"], [[20, None, date(2027, 3, 8)]]))).active[2]

        assert [c.value for c in cells] == [20, None, "2027-03-08"]
        assert taken("csv", ["a", "b"], [[20, None]]) == b"a,b\r\n20,\r\n"

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_fifty_thousand_rows_leave_in_constant_memory(self, form):
        held: list[int] = []

        def rows(many: int) -> Iterator[list[object]]:
            for n in range(many):
                if n % 5_000 == 0:
                    held.append(resident())
                yield [n, f"Row {n} of many"]

        for many in (5_000, 50_000):
            for _piece in sheets.respond(form, "long", ["n", "t"], rows(many)).streaming_content:
                pass

        # Kept rows would be more than 8 MB by the end.
        assert max(held[2:]) < held[1] + 4_000_000

    def test_files_are_written_by_their_ending(self, tmp_path: Path):
        for name in ("a.csv", "a.xlsx"):
            sheets.write(tmp_path / name, ["t"], [["x"]])
            assert read((tmp_path / name).read_bytes()) == [{"t": "x"}]
        with pytest.raises(sheets.NotASheet):
            sheets.write(tmp_path / "a.doc", ["t"], [])

    def test_the_file_is_named_and_never_shown_inline(self):
        response = sheets.respond("csv", "Menu / 2027", ["t"], [])

        assert response["Content-Disposition"] == 'attachment; filename="menu_2027.csv"'
        assert response["X-Content-Type-Options"] == "nosniff"
