"""Sheets of activities: compared, applied, undone; what cannot be taken is said, the rest goes in."""

import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from comity.activities.acts import activities, imports, vocabularies
from comity.activities.models import Activity
from comity.activities.queries.imports import compare
from comity.activities.rules import entries
from comity.exchange import batches, sheets
from comity.exchange.models import Batch
from comity.kernel.refusals import NotFound, NotPermitted
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import ADMINISTRATOR, LAKE_CENTRE, LAKE_CONTACT, MENU_MANAGER, MERIDIA_CONTACT, PROVIDER

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
FIELD = Path(__file__).parent / "sheets" / "field_activities.csv"
PACK = Path(__file__).parents[3] / "packs" / "nato"


def table(text: str, name: str = "sheet.csv") -> sheets.Table:
    return sheets.read(text.encode(), name, expect=entries.NAMES)


def applied(edition, text: str, *, by=MENU_MANAGER, **how) -> Batch:
    return imports.apply(imports.preview(edition, table(text), at=AT, by=by), at=AT, by=by, **how)


@pytest.fixture
def field():
    return sheets.read(FIELD.read_bytes(), "activities.csv", expect=entries.NAMES)


class TestTheRealSheet:
    def test_all_its_rows_go_in_as_they_stand(self, call, field):
        rows = compare(call, field, seen_by=MENU_MANAGER)

        assert batches.counts(rows) == {"new": 152, "changed": 0, "unchanged": 0, "rejected": 0}

    def test_a_second_time_nothing_changes(self, call, field):
        imports.apply(imports.preview(call, field, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)

        again = compare(call, field, seen_by=MENU_MANAGER)

        assert batches.counts(again) == {"new": 0, "changed": 0, "unchanged": 152, "rejected": 0}
        assert Activity.objects.filter(edition=call).count() == 152

    def test_partial_dates_stay_partial_and_nothing_is_invented(self, call, field):
        imports.apply(imports.preview(call, field, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)

        stored = {a.row_ref: a for a in Activity.objects.all()}
        for row in field.rows:
            kept = stored[row.cells["row_id"]]
            assert (str(kept.starts), str(kept.ends)) == (row.cells["start"], row.cells["end"])
            assert {
                name: str(entries.BY_NAME[name].write(getattr(kept, entries.BY_NAME[name].field))) for name in row.cells
            } == row.cells
        assert not Activity.objects.filter(seats__isnull=False).exists()

    def test_numbers_are_ours_and_the_same_again_elsewhere(self, call, field):
        imports.apply(imports.preview(call, field, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)
        first = dict(Activity.objects.values_list("row_ref", "number"))
        imports.undo(Batch.objects.get(), at=AT, by=MENU_MANAGER)

        imports.apply(imports.preview(call, field, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)

        assert dict(Activity.objects.values_list("row_ref", "number")) == first
        assert first["A-de4f161394"] == "TUR.0001.01"
        assert sorted(n for n in first.values() if n.startswith("XXX"))[-1] == "XXX.0009.01"

    def test_terms_of_entry_are_read_as_far_as_they_are_understood(self, call, field):
        vocabularies.load(PACK, by=ADMINISTRATOR)

        imports.apply(imports.preview(call, field, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)

        by_words = {a.eligibility: a for a in Activity.objects.exclude(eligibility="")}
        assert by_words["Allies; partners"].open_to == ["ALLIES", "ALL-PARTNERS"]
        assert by_words["KAZ TJK UZB"].open_to_parties == ["KAZ", "TJK", "UZB"]
        assert by_words["NATO Mission Iraq personnel"].open_to == []
        assert {a.area_key for a in Activity.objects.filter(area="civil emergency planning")} == {"CEP"}

    def test_the_workbook_that_leaves_comes_back_unchanged(self, call, field, manager):
        vocabularies.load(PACK, by=ADMINISTRATOR)
        imports.apply(imports.preview(call, field, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)

        for form in ("xlsx", "csv"):
            taken = b"".join(manager.get(f"/menu/2027/export.{form}").streaming_content)
            rows = compare(call, sheets.read(taken, f"menu.{form}", expect=entries.NAMES), seen_by=MENU_MANAGER)
            assert batches.counts(rows) == {"new": 0, "changed": 0, "unchanged": 152, "rejected": 0}


class TestRowsThatCannotBeTaken:
    @pytest.mark.parametrize(
        ("column", "value", "why"),
        [
            ("start", "2027-13-01", "This is not a date."),
            ("start", "next spring", "This is not a date."),
            ("start", "03/04/2027", "This could be two different days."),
            ("end", "2027-01-01", "It ends before it starts."),
            ("kind", "party", "There is no such kind of activity."),
            ("seats", "twenty", "This is not a whole number."),
            ("seats", "-3", "This is not a whole number."),
            ("seats", "99999999999", "This is not a whole number."),
            ("seats", "0", "Nobody can take nought seats."),
            ("provider_country", "XYZ", "There is no country with this code."),
            ("participating_nations", "FRA QQQ", "There is no country with this code."),
            ("title", "", "An entry needs this."),
            ("kind", "", "An entry needs this."),
            ("needs_clearance", "perhaps", "This is neither yes nor no."),
            ("open_to", "everybody!", "This is not a list of frameworks."),
            ("title", "x" * 301, "The text is 301 characters long; 300 fit."),
            ("number", "ABC.0001.01", "No entry of this edition has this number."),
        ],
    )
    def test_say_column_value_and_reason(self, call, column, value, why):
        cells = {
            "number": "",
            "title": "A course",
            "kind": "course",
            "start": "2027-03-08",
            "end": "",
            "seats": "",
            "provider_country": "",
        }
        cells |= {"participating_nations": "", "needs_clearance": "", "open_to": ""} | {column: value}
        sheet = table(";".join(cells) + "\n" + ";".join(cells.values()))

        (row,) = compare(call, sheet, seen_by=MENU_MANAGER)

        assert row.verdict == "rejected"
        assert (row.line, row.faults[0].column, row.faults[0].value) == (2, column, value[:200])
        assert str(row.faults[0].why) == why

    def test_the_others_go_in(self, call):
        batch = applied(call, "row_id,title,kind,start\n1,Good,course,2027-03\n2,Bad,course,soon\n3,Better,seminar,\n")

        assert batches.counts(batches.differences(batch)) == {"new": 2, "changed": 0, "unchanged": 0, "rejected": 1}
        assert set(Activity.objects.values_list("title", "state")) == {("Good", "offered"), ("Better", "offered")}

    def test_the_same_row_twice_is_taken_once(self, call):
        rows = compare(call, table("row_id,title,kind\n1,A,course\n1,B,course\n"), seen_by=MENU_MANAGER)

        assert [r.verdict for r in rows] == ["new", "rejected"]
        assert str(rows[1].faults[0].why) == "The same row stands in line 2."

    def test_a_minimum_above_the_seats_is_impossible(self, call):
        (row,) = compare(call, table("title,kind,seats,min_seats\nA,course,10,12\n"), seen_by=MENU_MANAGER)

        assert [f.column for f in row.faults] == ["min_seats"]

    def test_what_is_worth_knowing_rejects_nothing(self, call):
        (row,) = compare(call, table("title,kind,area,eligibility\nA,course,star gazing,friends\n"), seen_by=MENU_MANAGER)

        assert row.verdict == "new"
        assert [n.column for n in row.notes] == ["eligibility", "area"]

    def test_a_likely_duplicate_is_pointed_out(self, call):
        standing = menu.activity(call, title="Cyber course", state="offered", provider="P", starts="2027-03")

        (row,) = compare(call, table("title,kind,provider,start\nCYBER course,course,P,2027-03\n"), seen_by=MENU_MANAGER)

        assert standing.number in str(row.notes[-1].why)


class TestDifferences:
    def test_are_shown_cell_by_cell(self, call):
        standing = menu.activity(call, title="Old", seats=20, minimum=6)

        (row,) = compare(call, table(f"number,title,kind,seats\n{standing.number},New,course,20\n"), seen_by=MENU_MANAGER)

        assert (row.verdict, row.changed) == ("changed", ["title"])
        assert (row.before["title"], row.after["title"]) == ("Old", "New")

    def test_columns_the_sheet_does_not_have_are_left_alone(self, call):
        standing = menu.activity(call, title="Old", state="offered", city="Lakeside", description="Kept")

        applied(call, f"number,title,kind\n{standing.number},New,course\n")

        standing.refresh_from_db()
        assert (standing.title, standing.city, standing.description, standing.version) == ("New", "Lakeside", "Kept", 2)
        assert str(standing.starts) == "2027-03-08"
        assert standing.first_day.isoformat() == "2027-03-08"

    def test_what_is_applied_is_what_was_shown(self, call):
        standing = menu.activity(call, state="offered")
        batch = imports.preview(call, table(f"number,title,kind\n{standing.number},New,course\n"), at=AT, by=MENU_MANAGER)
        activities.revise(standing, {"title": "Other"}, version=1, at=AT, by=MENU_MANAGER)

        with pytest.raises(imports.ChangedSincePreview) as refused:
            imports.apply(batch, at=AT, by=MENU_MANAGER)

        assert standing.number in str(refused.value)
        assert Batch.objects.get().state == "previewed"

    def test_rows_that_came_in_meanwhile_by_another_sheet_are_named(self, call):
        sheet = table("row_id,title,kind\nR-17,A,course\n")
        first, second = (imports.preview(call, sheet, at=AT, by=MENU_MANAGER) for _ in range(2))
        imports.apply(first, at=AT, by=MENU_MANAGER)

        with pytest.raises(imports.ChangedSincePreview) as refused:
            imports.apply(second, at=AT, by=MENU_MANAGER)

        assert "R-17" in str(refused.value)
        assert Activity.objects.count() == 1

    def test_a_batch_is_applied_once(self, call):
        batch = applied(call, "title,kind\nA,course\n")

        with pytest.raises(batches.NotToBeApplied):
            imports.apply(batch, at=AT, by=MENU_MANAGER)

        assert Activity.objects.count() == 1

    def test_new_entries_are_approved_at_once_only_by_a_manager(self, call):
        batch = imports.preview(call, table("title,kind\nA,course\n"), at=AT, by=PROVIDER)

        with pytest.raises(NotPermitted):
            imports.apply(batch, approving=True, at=AT, by=PROVIDER)
        imports.apply(batch, approving=True, at=AT, by=MENU_MANAGER)

        assert Activity.objects.get().state == "approved"

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_the_number_of_queries_never_grows_with_rows(self, call, rows, django_assert_max_num_queries):
        sheet = table("row_id,title,kind,start\n" + "".join(f"{n},Title {n},course,2027-03\n" for n in range(rows)))

        with django_assert_max_num_queries(32):
            imports.apply(imports.preview(call, sheet, at=AT, by=MENU_MANAGER), at=AT, by=MENU_MANAGER)

        assert Entry.objects.filter(act="batch.applied").get().facts["new"] == rows


class TestUndo:
    def test_takes_back_new_rows_and_restores_changed_ones(self, call):
        standing = menu.activity(call, title="Old", state="offered", seats=20)
        batch = applied(call, f"number,title,kind,seats\n{standing.number},New,course,30\n,Another,course,\n")

        imports.undo(batch, at=AT, by=MENU_MANAGER)

        standing.refresh_from_db()
        assert (standing.title, standing.seats) == ("Old", 20)
        assert Activity.objects.count() == 1
        assert Entry.objects.first().act == "batch.undone"

    def test_is_refused_when_a_row_changed_since_and_names_it(self, call):
        batch = applied(call, "title,kind\nA,course\nB,course\n")
        touched = Activity.objects.get(title="B")
        activities.approve(touched, at=AT, by=MENU_MANAGER)

        with pytest.raises(imports.ChangedSinceApplied) as refused:
            imports.undo(batch, at=AT, by=MENU_MANAGER)

        assert (
            str(refused.value) == f"This sheet cannot be undone: since it was applied, {touched.number} changed or came into use."
        )
        assert Activity.objects.count() == 2

    def test_happens_once(self, call):
        batch = applied(call, "title,kind\nA,course\n")
        imports.undo(batch, at=AT, by=MENU_MANAGER)

        with pytest.raises(batches.NotToBeUndone):
            imports.undo(batch, at=AT, by=MENU_MANAGER)


class TestWhoMay:
    @pytest.mark.fault("F7")
    def test_a_provider_changes_its_own_entries_only(self, call, world):
        theirs = menu.activity(call, state="offered", contributed_by_id=LAKE_CENTRE)
        others = menu.activity(call, state="offered", contributed_by_id="XLA")
        sheet = table(f"number,title,kind\n{theirs.number},New,course\n{others.number},New,course\n")

        rows = compare(call, sheet, seen_by=PROVIDER)

        assert [r.verdict for r in rows] == ["changed", "rejected"]
        assert str(rows[1].faults[0].why) == "No entry of this edition has this number."

    def test_a_batch_is_for_the_party_that_handed_it_in(self, call, world):
        batch = imports.preview(call, table("title,kind\nA,course\n"), at=AT, by=LAKE_CONTACT)

        assert batches.batch(batch.pk, seen_by=LAKE_CONTACT) == batch
        with pytest.raises(NotFound):
            batches.batch(batch.pk, seen_by=MERIDIA_CONTACT)

    def test_nothing_comes_in_before_the_call(self, world):
        planned = menu.edition(2028, state="planned")

        with pytest.raises(activities.ContributionsAreClosed) as refused:
            imports.preview(planned, table("title,kind\nA,course\n"), at=AT, by=MENU_MANAGER)

        assert str(refused.value) == "Edition 2028 takes no contributions now: it is in the state “planned”."


class TestOnTheWeb:
    def test_a_sheet_is_shown_applied_and_undone(self, call, manager):
        book = openpyxl.Workbook()
        book.active.append(["The menu of the centre", None, None])
        book.active.append(["Title", "Kind", "Start"])
        book.active.append(["Cyber course", "course", datetime(2027, 3, 8)])
        book.active.append(["=1+1", "course", "soon"])
        file = io.BytesIO()
        book.save(file)
        file.name = "menu.xlsx"
        file.seek(0)

        shown = manager.post("/menu/2027/import/", {"file": file}, follow=True)
        address = shown.redirect_chain[0][0]
        rejected = manager.get(f"{address}?verdict=rejected").content.decode()
        manager.post(f"{address}apply/", {"approve": "yes"})
        stored = Activity.objects.get()
        manager.post(f"{address}undo/")

        assert "Cyber course" in shown.content.decode()
        assert "This is not a date." in rejected
        assert "Cyber course" not in rejected
        assert (str(stored.starts), stored.state) == ("2027-03-08", "approved")
        assert not Activity.objects.exists()

    @pytest.mark.parametrize("content", [b"", b"\x00\x00", b"PK\x03\x04broken", b"\xff\xfea"])
    def test_what_is_no_sheet_is_refused_in_words(self, call, manager, content):
        file = io.BytesIO(content)
        file.name = "odd.xlsx"

        answer = manager.post("/menu/2027/import/", {"file": file})

        assert answer.status_code == 422
        assert "odd.xlsx" in answer.content.decode() or "empty" in answer.content.decode()

    def test_another_party_cannot_open_the_preview(self, call, manager, contact):
        batch = imports.preview(call, table("title,kind\nA,course\n"), at=AT, by=MENU_MANAGER)

        assert contact.get(f"/menu/2027/import/{batch.pk}/").status_code == 404
        assert manager.get(f"/menu/2026/import/{batch.pk}/").status_code == 404
        assert manager.post(f"/menu/2027/import/{batch.pk}/frobnicate/").status_code == 404
