"""The figures of a year: one function behind page, sheet, paper, API and command; and what is told to whom."""

import csv
import io
import re

import openpyxl
import pytest
from django.test import Client
from pypdf import PdfReader

from comity.accounts.rules import Role
from comity.nominations.models import Nomination
from comity.programmes.acts import milestones
from comity.reports import cli
from comity.reports.queries import figures as queries
from tests.world import feedback as world
from tests.world import nominations, programmes
from tests.world.cast import (
    ARCADIA,
    AUDITOR,
    DESK_OFFICER,
    HEADQUARTERS,
    LAKE_CENTRE,
    LAKE_CONTACT,
    LAKELAND,
    MERIDIA,
    MERIDIA_CONTACT,
    PROVIDER,
    person,
)  # fmt: skip
from tests.world.pages import readable
from tests.world.programmes import DESK, NOON
from tests.world.requests import YEAR
from tests.world.terminal import outcome

pytestmark = pytest.mark.django_db
READERS = {"desk": DESK_OFFICER, "lake": LAKE_CONTACT, "meridia": MERIDIA_CONTACT, "provider": PROVIDER}


@pytest.fixture
def year():
    """Two courses: eight of Lakeland and three of Meridia came to one, of the other, which the staff runs, one stayed away."""
    first = nominations.course(1, seats=40, area_key="logistics")
    second = nominations.course(2, seats=40, provider=HEADQUARTERS, kind="seminar")
    world.came(first, 6, gender="man")
    world.came(first, 2, gender="woman", rank="CIV")
    world.came(first, 3, MERIDIA, gender="woman", rank="OF-1")
    world.came(second, 1, ARCADIA, result="no_show", gender="man")
    return first, second


def told(by, who=DESK_OFFICER):
    """The lines of a split as plain values, without those that are empty."""
    found = queries.figures(YEAR, by, seen_by=who)
    return {row.key: found.cells(row) for row in found.rows if any(row.counts.values())}


class TestCounting:
    def test_places_and_people_are_counted_by_party(self, year):
        assert told("party") == {LAKELAND: [8, 8, 8, 8, 0], MERIDIA: [3, 3, 3, 3, 0], ARCADIA: [1, 1, 1, 0, 1]}
        assert queries.figures(YEAR, seen_by=DESK_OFFICER).total == {
            "granted": 12, "nominated": 12, "accepted": 12, "came": 11, "no_shows": 1,
        }  # fmt: skip

    def test_the_same_people_are_counted_in_every_other_way(self, year):
        assert told("area") == {"logistics": [11, 11, 11, 11, 0], "": [1, 1, 1, 0, 1]}
        assert told("kind") == {"course": [11, 11, 11, 11, 0], "seminar": [1, 1, 1, 0, 1]}
        assert told("provider") == {LAKE_CENTRE: [11, 11, 11, 11, 0], HEADQUARTERS: [1, 1, 1, 0, 1]}
        assert told("funding") == {"none": [12, 12, 12, 11, 1]}
        assert told("gender") == {"man": [7, 7, 6, 1], "woman": [5, 5, 5, 0]}
        assert told("rank") == {"OF-3": [7, 7, 6, 1], "CIV": [2, 2, 2, 0], "OF-1": [3, 3, 3, 0]}

    def test_markers_are_followed_to_people_and_their_gender(self, year):
        goal = programmes.goal(programmes.programme())
        milestones.support(goal, kind="activity", activity=year[0], by=DESK, at=NOON)
        markers = [programmes.word("markers", code) for code in ("women-peace-security", "building-integrity")]
        milestones.mark(goal, markers=markers, by=DESK, at=NOON)
        goal.programme.markers.set(markers[:1])

        found = queries.figures(YEAR, "marker", seen_by=DESK_OFFICER)

        assert {str(row.label): found.cells(row) for row in found.rows} == {
            "Women peace security: women": [2, 2, 2, 0], "Women peace security: men": [6, 6, 6, 0],
            "Building integrity: women": [2, 2, 2, 0], "Building integrity: men": [6, 6, 6, 0],
        }  # fmt: skip
        assert found.total == {"nominated": 8, "accepted": 8, "came": 8, "no_shows": 0}
        assert queries.figures(YEAR, "marker", seen_by=MERIDIA_CONTACT).rows == []

    def test_there_is_no_other_way_to_split(self, year):
        with pytest.raises(queries.NoSuchSplit):
            queries.figures(YEAR, "names", seen_by=DESK_OFFICER)


class TestReaders:
    @pytest.mark.fault("F3")
    def test_a_party_counts_its_own_and_a_provider_those_at_its_activities(self, year):
        assert told("party", LAKE_CONTACT) == {LAKELAND: [8, 8, 8, 8, 0]}
        assert told("party", MERIDIA_CONTACT) == {MERIDIA: [3, 3, 3, 3, 0]}
        assert told("party", PROVIDER) == {LAKELAND: [8, 8, 8, 8, 0], MERIDIA: [3, 3, 3, 3, 0]}
        assert told("party", AUDITOR) == told("party")

    @pytest.mark.fault("F3")
    def test_by_gender_and_rank_a_party_reads_its_own_and_a_provider_no_small_cell(self, year):
        assert told("gender", MERIDIA_CONTACT) == {"woman": [3, 3, 3, 0, 0]}
        assert told("gender", PROVIDER) == {"man": [0, 0, 0, 0, 6], "woman": [0, 0, 0, 0, 5]}
        found = queries.figures(YEAR, "rank", seen_by=PROVIDER)
        assert {row.key: row.counts["others"] for row in found.rows} == {"CIV": None, "OF-1": None, "OF-3": 6}
        assert found.total["others"] == 11
        assert found.hides

    @pytest.mark.fault("F15")
    @pytest.mark.parametrize("who", READERS)
    def test_every_number_is_the_count_of_its_rows(self, year, who):
        for by, (_label, _people, places) in queries.WAYS.items():
            if by == "marker":
                continue
            found = queries.figures(YEAR, by, seen_by=READERS[who])
            for row in found.rows:
                for column in set(found.columns) - {"others"}:
                    rows = queries.rows(YEAR, by, row.key or "-", column, seen_by=READERS[who])
                    count = sum(grant.places for grant in rows) if column == "granted" else rows.count()
                    assert count == row.counts[column], (by, row.key, column)
            assert places or "granted" not in found.columns
        with pytest.raises(queries.NoSuchSplit):
            queries.rows(YEAR, "gender", "woman", "granted", seen_by=READERS[who])


@pytest.fixture
def browsers(year):
    """Somebody of the desk, of Lakeland, of Meridia and of the centre."""
    found = {"desk": (Role.DESK_OFFICER, HEADQUARTERS), "lake": (Role.POINT_OF_CONTACT, LAKELAND),
             "meridia": (Role.POINT_OF_CONTACT, MERIDIA), "provider": (Role.PROVIDER, LAKE_CENTRE)}  # fmt: skip
    browsers = {}
    for name, (role, of) in found.items():
        browsers[name] = Client(raise_request_exception=False)
        browsers[name].force_login(person(f"{name}-reads", role, of=of))
    return browsers


def cells_of_page(body):
    """The numbers of the table on a page, line by line."""
    lines = re.findall(r"<tr[^>]*><th scope=\"row\".*?</tr>", body.partition('id="figures"')[2].partition('id="chart"')[0], re.S)
    return [
        [re.sub(r"<[^>]+>", "", cell).replace(",", "") for cell in re.findall(r"<td class=\"num\".*?</td>", line, re.S)]
        for line in lines
    ]


@pytest.mark.fault("F15", "F14")
@pytest.mark.parametrize("who", ["desk", "provider"])
@pytest.mark.parametrize("by", ["party", "gender", "rank", "kind"])
def test_page_sheet_workbook_paper_api_and_command_say_the_same(browsers, who, by):
    asked, browser = f"year={YEAR}&by={by}", browsers[who]
    found = queries.figures(YEAR, by, seen_by=READERS[who])
    whole = [*(found.cells(row) for row in found.rows), [found.total[c] for c in found.columns]]
    wanted = [["*" if n is None else str(n) for n in line] for line in whole]
    filled = [*(line for line, row in zip(wanted, found.rows, strict=False) if row in found.filled), wanted[-1]]

    page = browser.get(f"/reports/figures/?{asked}").content.decode()
    text = b"".join(browser.get(f"/reports/figures.csv?{asked}").streaming_content).decode()
    book = b"".join(browser.get(f"/reports/figures.xlsx?{asked}").streaming_content)
    pdf = browser.get(f"/reports/figures.pdf?{asked}").content
    api = browser.get(f"/api/v1/figures?{asked}").json()
    code, command = outcome(cli.reports_group, "figures", "--year", YEAR, "--by", by, "--format", "json", by=READERS[who])

    assert cells_of_page(page) == filled
    assert [line[1:] for line in csv.reader(io.StringIO(text))][1:] == wanted
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert [[str(cell) for cell in row[1:]] for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted
    words = "".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages).split()
    assert "All" in words
    assert words[words.index("All") + 1 :][: len(found.columns)] == wanted[-1]
    assert [[row["counts"][c] for c in api["columns"]] for row in api["rows"]] == whole[:-1]
    assert api["total"] == command["total"] == dict(found.total)
    assert (code, [[row[c] for c in found.columns] for row in command["rows"]]) == (0, whole[:-1])


class TestPages:
    def test_a_number_leads_to_its_rows(self, browsers):
        shown = browsers["desk"].get("/reports/figures/").content.decode()
        addresses = re.findall(r"href=\"(/reports/figures/rows/[^\"]+)\"", shown.replace("&amp;", "&"))

        places = browsers["desk"].get(next(a for a in addresses if "column=granted" in a)).content.decode()
        people = readable(browsers["desk"].get(next(a for a in addresses if "column=came" in a)))

        assert "Self-paid" in places
        assert (
            "XLA-0000"
            in people + browsers["desk"].get(f"/reports/figures/rows/?year={YEAR}&by=party&key=XLA&column=came").content.decode()
        )
        assert "Ann" not in people
        assert browsers["desk"].get("/reports/figures/rows/?year=x&by=party&key=XLA&column=came").status_code == 200
        assert browsers["desk"].get(f"/reports/figures/rows/?year={YEAR}&by=party&key=XLA&column=names").status_code == 409

    def test_without_an_edition_the_page_says_when_figures_begin(self, client):
        client.force_login(person("dora", Role.DESK_OFFICER, of=HEADQUARTERS))

        assert "Nothing to count yet" in client.get("/reports/figures/").content.decode()
        assert client.get("/reports/figures.csv").status_code == 404

    def test_a_paper_may_be_edited_and_other_forms_are_none(self, browsers):
        assert browsers["lake"].get("/reports/figures.docx?by=gender").content.startswith(b"PK")
        assert browsers["lake"].get("/reports/figures.exe").status_code == 404

    def test_strangers_are_sent_to_sign_in(self, client, year):
        assert client.get("/reports/figures/").status_code == 302


@pytest.mark.fault("F24")
@pytest.mark.parametrize("people", [5, 50])
@pytest.mark.parametrize("by", list(queries.WAYS))
def test_the_number_of_queries_does_not_grow_with_people(django_assert_max_num_queries, by, people):
    world.came(nominations.course(seats=80), people)
    assert Nomination.objects.count() == people

    with django_assert_max_num_queries(5):
        queries.figures(YEAR, by, seen_by=PROVIDER)


@pytest.mark.django_db(transaction=True)
def test_figures_are_counted_once_until_somebody_acts(django_assert_num_queries):
    course = nominations.course(seats=80)
    world.came(course, 2)
    before = queries.figures(YEAR, seen_by=DESK_OFFICER)

    with django_assert_num_queries(1):
        assert queries.figures(YEAR, seen_by=DESK_OFFICER) is before
    assert queries.figures(YEAR, seen_by=LAKE_CONTACT) is not before
    world.came(course, 1)
    world.the_survey()
    assert queries.figures(YEAR, seen_by=DESK_OFFICER).total["came"] == 3
