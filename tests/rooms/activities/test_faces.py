"""The menu for programs and on the terminal; and the demonstration edition."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from typer.testing import CliRunner

from comity.activities import cli
from comity.activities.acts import vocabularies
from comity.activities.models import Activity, Edition, EntryGroup, Term
from comity.kernel.refusals import NotFound
from comity.packs.demonstration import menu as demonstration
from comity.trail.models import Entry
from tests.rooms.activities.test_imports import FIELD, PACK
from tests.world import frameworks, menu
from tests.world.cast import ADMINISTRATOR, MENU_MANAGER

pytestmark = pytest.mark.django_db


class Someone:
    def actor(self):
        return ADMINISTRATOR


def run(group, *words: str):
    ran = CliRunner().invoke(group, [*words, "--format", "json"] if "export" not in words else list(words), obj=Someone())
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return json.loads(ran.stdout) if ran.stdout.startswith(("{", "[")) else ran.stdout


class TestTheTerminal:
    def test_shows_what_a_sheet_would_change_and_changes_it_when_told(self, call):
        shown = run(cli.menu_group, "import", str(FIELD), "--edition", "2027")
        before = Activity.objects.count()
        done = run(cli.menu_group, "import", str(FIELD), "--edition", "2027", "--apply")
        again = run(cli.menu_group, "import", str(FIELD), "--edition", "2027")

        assert before == 0
        for answer in (shown, done):
            assert {n: answer[n] for n in ("rows", "new", "changed", "unchanged", "rejected")} == {
                "rows": 152, "new": 152, "changed": 0, "unchanged": 0, "rejected": [],
            }  # fmt: skip
        assert (again["new"], again["unchanged"]) == (0, 152)

    def test_says_of_each_rejected_row_where_and_why(self, call, tmp_path: Path):
        sheet = tmp_path / "menu.csv"
        sheet.write_text("Course;Art;Beginn\nA;course;soon\nB;course;2027-03\n")
        mapping = tmp_path / "mapping.yaml"
        mapping.write_text("Course: title\nArt: kind\nBeginn: start\n")

        told = run(cli.menu_group, "import", str(sheet), "--edition", "2027", "--mapping", str(mapping))

        assert told["new"] == 1
        assert told["rejected"] == [
            {"row": 2, "column": "start", "value": "soon", "why": "This is not a date.",
             "mend": "Write a day as 2027-03-12, a month as 2027-03, a year as 2027."},
        ]  # fmt: skip

    @pytest.mark.parametrize("form", ["csv", "xlsx", "json", "ics"])
    def test_writes_an_edition_to_a_file(self, call, tmp_path, form):
        menu.activity(call)
        run(cli.menu_group, "export", str(tmp_path / f"menu.{form}"), "--edition", "2027")

        assert (tmp_path / f"menu.{form}").stat().st_size > 200

    def test_searches_what_is_open_to_a_party(self, world):
        edition = menu.edition()
        frameworks.the_frameworks()
        menu.activity(edition, title="Cyber one", open_to=[frameworks.PARTNERSHIP])
        menu.activity(edition, title="Cyber two", open_to=[frameworks.INITIATIVE])

        every = run(cli.menu_group, "search", "cyber", "--edition", "2027")
        ours = run(cli.menu_group, "search", "cyber", "--open-to", "XLA")

        assert every["count"] == 2
        assert [a["title"] for a in ours["activities"]] == ["Cyber one"]
        with pytest.raises(NotFound):
            run(cli.menu_group, "import", "no-such-file.csv", "--edition", "2027")

    def test_walks_an_edition_through_its_year(self, world):
        assert run(cli.editions_group, "plan", "2099")["state"] == "planned"
        assert run(cli.editions_group, "open-contributions", "2099")["state"] == "open_for_contributions"
        menu.activity(Edition.objects.get(), state="offered")
        assert run(cli.editions_group, "approve-all", "2099", "1") == {"approved": 1}
        assert run(cli.editions_group, "publish", "2099")["state"] == "published"
        assert (
            run(cli.editions_group, "open-requests", "2099", "2099-01-15T18:00:00")["requests_close_at"]
            == "2099-01-15T18:00:00+01:00"
        )
        moved = run(cli.editions_group, "move-deadline", "2099", "2099-02-15T18:00:00", "--reason", "More time.")
        assert moved["requests_close_at"] == "2099-02-15T18:00:00+01:00"
        assert [e["year"] for e in run(cli.editions_group, "list")["editions"]] == [2099]


class TestTheApi:
    @pytest.fixture(autouse=True)
    def some(self, world):
        edition = menu.edition()
        frameworks.the_frameworks()
        for n in range(1, 4):
            menu.activity(edition, title=f"Course {n}", open_to=[frameworks.PARTNERSHIP if n < 3 else frameworks.INITIATIVE])
        menu.activity(edition, title="Loose", area="logistics", starts="2027-06", open_to=["XZZ"])

    def titles(self, query: str = "") -> list[str]:
        return [i["title"] for i in Client().get(f"/api/v1/editions/2027/activities{query}").json()["items"]]

    def test_lists_editions_and_one(self):
        assert [e["year"] for e in Client().get("/api/v1/editions").json()] == [2027]
        assert Client().get("/api/v1/editions/2027").json()["state"] == "requests_open"

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("?q=loose", ["Loose"]),
            ("?area=logistics", ["Loose"]),
            ("?open_to=XLA", ["Course 1", "Course 2"]),
            ("?open_to=XGU", ["Course 3"]),
            ("?open_to=XOU", []),
            ("?from=2027-06-01", ["Loose"]),
            ("?to=2027-05-01", ["Course 1", "Course 2", "Course 3"]),
        ],
    )
    def test_narrows_a_list_as_the_page_does(self, query, titles):
        assert self.titles(query) == titles

    def test_pages_by_cursor(self):
        first = Client().get("/api/v1/editions/2027/activities?limit=3").json()

        assert len(first["items"]) == 3
        assert self.titles(f"?limit=3&cursor={first['next']}") == ["Loose"]

    def test_shows_one_with_dates_as_precise_as_they_are_known(self):
        shown = Client().get("/api/v1/activities/xla.0004.01").json()

        assert (shown["starts"], shown["ends"], shown["edition"]) == ("2027-06", "", 2027)


class TestTheDemonstration:
    AT = datetime(2026, 11, 22, tzinfo=UTC)

    def test_is_exactly_1400_activities_marked_as_invented(self, world):
        vocabularies.load(PACK, by=ADMINISTRATOR)

        edition = demonstration.build(MENU_MANAGER, self.AT)

        rows = Activity.objects.filter(edition=edition)
        assert rows.count() == rows.filter(state="approved", is_demonstration=True).count() == 1_400
        assert (edition.state, edition.is_demonstration) == ("requests_open", True)
        assert edition.requests_close_at == datetime(2027, 1, 15, 18, tzinfo=ZoneInfo("Europe/Brussels"))
        assert not rows.exclude(seats__range=(12, 60)).exists()
        assert not rows.exclude(minimum__range=(6, 12)).exists()
        assert not rows.exclude(provider__startswith="Demonstration centre, ").exists()
        assert set(rows.values_list("area_term__vocabulary__version", flat=True)) == {"2007", "field"}
        # Again: nothing more, not even a line in the trail.
        lines = Entry.objects.count()
        demonstration.build(MENU_MANAGER, self.AT)
        assert (rows.count(), Entry.objects.count()) == (1_400, lines)

    def test_is_the_same_every_time(self, world):
        assert demonstration.entries(60) == demonstration.entries(60)


def test_vocabularies_and_words_of_entry_are_kept_once(world):
    first = vocabularies.load(PACK, by=ADMINISTRATOR)
    again = vocabularies.load(PACK, by=ADMINISTRATOR)

    assert first["created"] == again["unchanged"]
    assert again["created"] == again["changed"] == 0
    assert Term.objects.filter(vocabulary__name="areas", vocabulary__version="2007").count() == 13
    assert EntryGroup.objects.filter(token="ALL-PARTNERS").count() == 2
