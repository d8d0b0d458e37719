"""Attendance as a workbook: out and in again, every difference shown first, undone as one."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comity.accounts.rules import Role
from comity.attendance.acts import imports, presences, sheets
from comity.attendance.acts.running import NotBegunYet, RunByAnother
from comity.attendance.models import Presence
from comity.attendance.queries.imports import columns, row_of
from comity.attendance.queries.sheets import picture
from comity.exchange.batches import differences
from comity.exchange.sheets import Row, Table
from comity.nominations.models import Reading
from tests.world import menu
from tests.world.attendance import AFTER, FIRST, course, everybody, fresh
from tests.world.cast import LAKE_CENTRE, LAKE_CONTACT, MERIDIA, PROVIDER, person, the_world

pytestmark = pytest.mark.django_db
PAST = date(2026, 11, 2)


def table(*rows: tuple[str, ...]) -> Table:
    names = ("person", "part_1", "part_2")
    return Table("book", names, tuple(Row(n, dict(zip(names, r, strict=False))) for n, r in enumerate(rows, 2)), "xlsx")


def previewed(what, *rows):
    return imports.preview(fresh(what), table(*rows), by=PROVIDER, at=AFTER)


def marks() -> dict[str, str]:
    return dict(Presence.objects.values_list("nomination__person__number", "state"))


class TestDifference:
    def test_rows_are_changed_unchanged_or_rejected_with_their_reasons(self) -> None:
        what = course()
        everybody(what)

        batch = previewed(
            what, ("XLA-00100", "absent"), ("xla-00101", "P"), ("XME-00100", ""), ("XXX-1", "present"), ("XLA-00100", "x"),
            ("", "present"),
        )  # fmt: skip

        told = [(row.key, row.verdict) for row in differences(batch)]
        assert told == [
            ("XLA-00100", "changed"), ("XLA-00101", "unchanged"), ("XME-00100", "unchanged"), ("XXX-1", "rejected"),
            ("XLA-00100", "rejected"), ("", "rejected"),
        ]  # fmt: skip
        assert marks() == {"XLA-00100": "present", "XLA-00101": "present", "XME-00100": "present"}

    @pytest.mark.parametrize("word", ["late", "=1+1", "@x"])
    def test_what_is_no_mark_is_rejected(self, word: str) -> None:
        what = course()

        [row] = differences(previewed(what, ("XLA-00100", word)))

        assert row.faults[0].column == "part_1"


class TestApplying:
    def test_a_workbook_is_applied_as_one_and_undone_as_one(self) -> None:
        what = course()
        somebody = what.nominations.get(person__number="XLA-00100")
        presences.mark(fresh(what), somebody.pk, part=1, to="absent", version=0, by=PROVIDER, at=AFTER)
        batch = previewed(what, ("XLA-00100", "present"), ("XME-00100", "excused"))

        batch = imports.apply(batch, by=PROVIDER, at=AFTER)
        assert marks() == {"XLA-00100": "present", "XME-00100": "excused"}

        imports.undo(batch, by=PROVIDER, at=AFTER)
        assert marks() == {"XLA-00100": "absent"}

    @pytest.mark.fault("F18")
    def test_what_was_marked_since_is_never_overwritten(self) -> None:
        what = course()
        batch = previewed(what, ("XLA-00100", "present"))
        somebody = what.nominations.get(person__number="XLA-00100")
        presences.mark(fresh(what), somebody.pk, part=1, to="absent", version=0, by=PROVIDER, at=AFTER)

        with pytest.raises(imports.MarkedSincePreview) as refused:
            imports.apply(batch, by=PROVIDER, at=AFTER)
        assert "XLA-00100" in str(refused.value)

        batch = imports.apply(previewed(what, ("XLA-00100", "present")), by=PROVIDER, at=AFTER)
        presences.mark(fresh(what), somebody.pk, part=1, to="excused", version=2, by=PROVIDER, at=AFTER)
        with pytest.raises(imports.MarkedSinceApplied):
            imports.undo(batch, by=PROVIDER, at=AFTER)
        assert marks() == {"XLA-00100": "excused"}

    def test_a_closed_sheet_and_a_part_that_has_not_begun_take_none(self) -> None:
        what = course()
        menu.part(what)
        menu.part(what, starts=date(2099, 1, 1), ends=date(2099, 1, 2))
        ahead = previewed(what, ("XLA-00100", "present", "present"))
        with pytest.raises(NotBegunYet):
            imports.apply(ahead, by=PROVIDER, at=FIRST)

        what.parts.last().delete()
        batch = previewed(what, ("XLA-00100", "absent"))
        everybody(what)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        with pytest.raises(presences.SheetIsClosed):
            imports.apply(batch, by=PROVIDER, at=AFTER)

    @pytest.mark.fault("F7")
    def test_only_whoever_runs_it_hands_sheets_in(self) -> None:
        what = course()
        batch = previewed(what, ("XLA-00100", "present"))

        with pytest.raises(RunByAnother):
            imports.preview(what, table(), by=LAKE_CONTACT, at=AFTER)
        with pytest.raises(RunByAnother):
            imports.apply(batch, by=LAKE_CONTACT, at=AFTER)

    def test_more_than_ten_are_counted(self) -> None:
        what = course(people=12)
        batch = previewed(what, *((f"XLA-{100 + n:05}", "present") for n in range(12)))
        everybody(what, to="absent")

        with pytest.raises(imports.MarkedSincePreview) as refused:
            imports.apply(batch, by=PROVIDER, at=AFTER)
        assert "+2" in str(refused.value)


class TestPages:
    @pytest.fixture
    def centre(self, client):
        the_world()
        client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
        return client

    def handed_in(self, centre, what, book: bytes):
        return centre.post(f"/attendance/{what.number}/import/", {"sheet": SimpleUploadedFile("book.xlsx", book)})

    @pytest.mark.fault("F14")
    def test_what_leaves_comes_back_without_a_difference_and_with_one(self, centre):
        what = course(day=PAST)
        everybody(what)
        book = b"".join(centre.get(f"/attendance/{what.number}/export.xlsx").streaming_content)
        made = openpyxl.load_workbook(io.BytesIO(book))
        assert [cell.value for cell in made.active[1]] == ["person", "party", "name", "part 1"]
        assert [cell.value or "" for cell in made.active[2]] == ["XLA-00100", "XLA", "", "present"]

        same = self.handed_in(centre, what, book)
        assert "No difference" in centre.get(same["Location"]).content.decode()

        made.active["D2"] = "excused"
        changed = io.BytesIO()
        made.save(changed)
        where = self.handed_in(centre, what, changed.getvalue())["Location"]
        said = centre.get(where).content.decode()
        assert "<del>present</del> <ins>excused</ins>" in said
        assert centre.post(where, {"apply": "1"}).status_code == 302
        assert marks()["XLA-00100"] == "excused"
        assert "Undo" in centre.get(where).content.decode()
        assert centre.post(where, {"undo": "1"}).status_code == 302
        assert marks()["XLA-00100"] == "present"
        assert "Undone on" in centre.get(where).content.decode()

    @pytest.mark.fault("F14")
    def test_no_cell_runs_as_a_formula(self, centre):
        what = course(day=PAST)
        rows = list(
            csv.reader(io.StringIO(b"".join(centre.get(f"/attendance/{what.number}/export.csv").streaming_content).decode()))
        )

        assert rows[0] == ["person", "party", "name", "part 1"]
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert columns(picture(fresh(what), seen_by=PROVIDER)) == rows[0]
        assert row_of(picture(fresh(what), seen_by=PROVIDER).lines[0], "Ann")[2] == "Ann"

    @pytest.mark.fault("F30")
    def test_names_leave_only_for_a_reason_that_is_written_down(self, centre):
        what = course(day=PAST)
        address = f"/attendance/{what.number}/export.csv?names=1"

        assert centre.get(address).status_code == 409
        said = b"".join(centre.get(f"{address}&why=Badges+for+the+door").streaming_content).decode()

        assert "Ann Birch" in said
        assert Reading.objects.get(where="export").why == "Badges for the door"

    @pytest.mark.fault("F3")
    def test_a_party_takes_its_own_people_away_and_no_others(self, client):
        what = course(day=PAST)
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of=MERIDIA))

        said = b"".join(client.get(f"/attendance/{what.number}/export.csv").streaming_content).decode()

        assert "XME-00100" in said
        assert "XLA-00100" not in said

    def test_what_is_no_sheet_is_told(self, centre):
        what, other = course(day=PAST), course(2, day=PAST)

        assert self.handed_in(centre, what, b"\x00").status_code == 422
        assert "Take the sheet away" in centre.get(f"/attendance/{what.number}/import/").content.decode()
        assert centre.get(f"/attendance/{what.number}/export.pdf").status_code == 404
        batch = previewed(what, ("XLA-00100", "present"))
        assert centre.get(f"/attendance/{what.number}/import/{batch.pk}/").status_code == 200
        assert centre.get(f"/attendance/{other.number}/import/{batch.pk}/").status_code == 404
