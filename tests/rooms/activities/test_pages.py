"""Pages of the menu for whoever reads it: found, narrowed, counted, taken away; the same everywhere and fast."""

import csv
import io
import re
from datetime import UTC, date, datetime, time

import icalendar
import openpyxl
import pytest
from django.test import Client

from comity.accounts.rules import Role
from comity.activities.acts import vocabularies
from comity.activities.models import Activity, Term, Vocabulary
from comity.activities.queries import menu as menus
from comity.frameworks.models import Framework
from comity.kernel.actors import STRANGER
from comity.kernel.faces import say
from tests.rooms.activities.test_imports import PACK
from tests.world import cast, frameworks, menu
from tests.world.cast import ADMINISTRATOR, LAKE_CENTRE, LAKELAND

pytestmark = pytest.mark.django_db
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def edition(world):
    return menu.edition()


@pytest.fixture
def stranger():
    return Client()


def numbers(answer) -> list[str]:
    return re.findall(r'data-label="Number">([^<]+)<', answer.content.decode())


def found(client: Client, query: str) -> set[str]:
    text = client.get(f"/menu/2027/{query}").content.decode()
    return set(re.findall(r'href="/menu/2027/[A-Z0-9.-]+/">([^<]+)</a>', text))


def facet(client: Client, name: str, query: str = "") -> dict[str, int]:
    text = client.get(f"/menu/2027/{query}").content.decode()
    pairs = re.findall(rf'name="{name}" value="([^"]*)"[^>]*><span>[^<]*</span><small class="num">([^<]+)</small>', text)
    return {value: int(count) for value, count in pairs}


def facet_words(client: Client, name: str) -> set[str]:
    text = client.get("/menu/2027/").content.decode()
    return set(re.findall(rf'name="{name}" value="[^"]*"[^>]*><span>([^<]*)</span>', text))


def test_the_menu_is_found_under_its_short_address(edition, stranger):
    menu.edition(2028, state="planned")

    assert stranger.get("/menu/").headers["Location"] == "/menu/2027/"


def test_without_an_edition_the_short_address_says_so(world, stranger, manager):
    assert "No menu has been published yet" in stranger.get("/menu/").content.decode()
    assert "Plan an edition" in manager.get("/menu/").content.decode()


def test_every_page_of_the_menu_answers(manager, edition):
    shown = menu.activity(edition)
    menu.part(shown)
    for address in (
        "",
        "?view=calendar&at=2027-03",
        "?view=calendar&at=0000-99",
        "XLA.0001.01/",
        "manage/",
        "contribute/",
        "import/",
        "XLA.0001.01/edit/",
    ):
        assert manager.get(f"/menu/2027/{address}").status_code == 200, address


def test_a_demonstration_edition_says_so_on_every_page(manager, world):
    edition = menu.edition(is_demonstration=True)
    menu.activity(edition)
    for address in ("", "?view=calendar", "XLA.0001.01/", "manage/", "contribute/", "import/", "XLA.0001.01/edit/"):
        assert "Demonstration edition" in manager.get(f"/menu/2027/{address}").content.decode(), address


class TestSearching:
    @pytest.fixture(autouse=True)
    def some(self, edition):
        menu.activity(edition, title="Cyber defence for staff officers", area="cyber defence", city="Tallinn")
        menu.activity(edition, title="Sécurité énergétique", area="energy security", city="Genève")
        menu.activity(edition, title="Logistics exercise", area="logistics", external_code="ETE-CM-21785", city="Vyškov")

    @pytest.mark.parametrize(
        ("words", "title"),
        [
            ("cyber defence", "Cyber defence for staff officers"),
            ("officer cyber", "Cyber defence for staff officers"),
            ("cyber defnece", "Cyber defence for staff officers"),
            ("cybr", "Cyber defence for staff officers"),
            ("securite energetique", "Sécurité énergétique"),
            ("SÉCURITÉ", "Sécurité énergétique"),
            ("geneve", "Sécurité énergétique"),
            ("vyskov", "Logistics exercise"),
            ("logistic exercises", "Logistics exercise"),
            ("ETE-CM-21785", "Logistics exercise"),
            ("XLA.0003", "Logistics exercise"),
        ],
    )
    def test_finds_words_with_accents_endings_and_slips(self, stranger, words, title):
        assert found(stranger, f"?q={words}") == {title}

    def test_says_when_it_read_a_word_as_misspelt(self, stranger):
        assert "Nothing is spelt “defnece”" in stranger.get("/menu/2027/?q=cyber+defnece").content.decode()

    @pytest.mark.parametrize(
        "words", ["zzzzqqqq", "cyber logistics", "the", "%", "'", '"', "\\", "a" * 500, "🙂", "<script>", "& | ! ( ) : *"]
    )
    def test_survives_anything(self, stranger, words):
        assert stranger.get("/menu/2027/", {"q": words}).status_code == 200


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def some(self, edition):
        vocabularies.load(PACK, by=ADMINISTRATOR)
        menu.activity(edition, title="One", kind="course", area_key="CRM", place_country_id="XLA", languages=["English", "French"])
        menu.activity(
            edition,
            title="Two",
            kind="seminar",
            area_key="CRM",
            place_country_id="XAR",
            first_day=date(2027, 4, 5),
            last_day=date(2027, 4, 6),
        )
        menu.activity(edition, title="Three", kind="seminar", area_key="LT", starts="2027", provider="Other")

    def test_counts_each_value(self, stranger):
        assert facet(stranger, "kind") == {"course": 1, "seminar": 2}
        assert facet(stranger, "area") == {"CRM": 2, "LT": 1}
        assert facet(stranger, "month") == {"3": 1, "4": 1, "": 1}
        assert facet(stranger, "place") == {"XLA": 1, "XAR": 1, "": 1}
        assert facet(stranger, "language") == {"English": 3, "French": 1}
        assert facet(stranger, "provider") == {"Lakeland Training Centre": 2, "Other": 1}

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("?kind=course", {"One"}),
            ("?kind=course&kind=seminar", {"One", "Two", "Three"}),
            ("?area=CRM&kind=seminar", {"Two"}),
            ("?month=", {"Three"}),
            ("?month=4", {"Two"}),
            ("?place=", {"Three"}),
            ("?language=French", {"One"}),
            ("?provider=Other", {"Three"}),
            ("?from=2027-04-01&to=2027-04-30", {"Two", "Three"}),
            ("?from=never&month=99&sort=nothing&page=abc", set()),
        ],
    )
    def test_keeps_what_was_chosen(self, stranger, query, titles):
        assert found(stranger, query) == titles

    def test_leaves_a_facets_own_choice_out_of_its_counts(self, stranger):
        assert facet(stranger, "kind", "?kind=course") == {"course": 1, "seminar": 2}
        assert facet(stranger, "area", "?kind=course") == {"CRM": 1}
        assert facet(stranger, "language", "?kind=seminar&language=English") == {"English": 2}

    def test_speaks_french(self, stranger):
        stranger.cookies["comity_language"] = "fr"

        assert "gestion des crises" in stranger.get("/menu/2027/").content.decode()

    def test_answers_htmx_with_the_list_alone(self, stranger):
        part = stranger.get("/menu/2027/?kind=course", **HX).content.decode()

        assert part.lstrip().startswith("<div")
        assert "<html" not in part
        assert "One" in part

    def test_sorts_by_every_column_both_ways(self, stranger):
        for key in menus.SORTS:
            up, down = (numbers(stranger.get(f"/menu/2027/?sort={sign}{key}")) for sign in ("", "-"))
            assert sorted(up) == sorted(down) == ["XLA.0001.01", "XLA.0002.01", "XLA.0003.01"]
        assert numbers(stranger.get("/menu/2027/?sort=-number"))[0] == "XLA.0003.01"


class TestOpenToUs:
    @pytest.fixture(autouse=True)
    def some(self, edition):
        frameworks.the_frameworks()
        menu.activity(edition, title="For us", open_to=[frameworks.PARTNERSHIP])
        menu.activity(edition, title="For others", open_to=[frameworks.INITIATIVE])

    def test_is_counted_and_kept(self, contact):
        page = contact.get("/menu/2027/").content.decode()

        assert "<b>1</b>" in page
        assert "Open to you" in page
        assert "Not open" in page
        assert found(contact, "?open=us") == {"For us"}

    def test_says_why_not_on_the_page_of_the_activity(self, contact):
        page = contact.get("/menu/2027/XLA.0002.01/").content.decode()

        assert "Lakeland is none of them" in page

    def test_is_no_question_for_a_stranger(self, stranger):
        assert "Open to us" not in stranger.get("/menu/2027/").content.decode()
        assert found(stranger, "?open=us") == {"For us", "For others"}

    def test_may_be_asked_for_another_party_by_staff(self, manager, contact):
        assert found(manager, "?open=XGU") == {"For others"}
        assert found(contact, "?open=XGU") == {"For us"}


@pytest.mark.fault("F3", "F4")
class TestWhatIsNotPublic:
    def test_an_edition_before_publication_is_not_there_for_a_stranger(self, world, stranger):
        menu.edition(state="open_for_contributions")
        for address in (
            "/menu/2027/",
            "/menu/2027.ics",
            "/menu/2027/export.csv",
            "/menu/2027/XLA.0001.01/",
            "/api/v1/editions/2027",
        ):
            assert stranger.get(address).status_code == 404, address

    def test_pages_of_work_send_a_stranger_to_sign_in(self, edition, stranger):
        menu.activity(edition)
        for address in ("manage/", "contribute/", "import/", "import/1/", "XLA.0001.01/edit/"):
            assert "/accounts/login/" in stranger.get(f"/menu/2027/{address}").headers["Location"], address
        for address in ("manage/publish/", "import/1/apply/", "XLA.0001.01/retire/", "../plan/"):
            assert "/accounts/login/" in stranger.post(f"/menu/2027/{address}").headers["Location"], address

    @pytest.mark.parametrize("state", ["draft", "offered"])
    def test_an_undecided_entry_is_for_its_contributor_and_staff_in_every_output(
        self, edition, state, stranger, signed_in, manager
    ):
        menu.activity(edition, title="Public seminar")
        menu.activity(edition, title="Secret seminar", state=state, contributed_by_id=LAKE_CENTRE)
        theirs, others = signed_in(Role.PROVIDER, LAKE_CENTRE), signed_in(Role.POINT_OF_CONTACT, "XME")

        for browser, sees in ((stranger, False), (others, False), (theirs, True), (manager, True)):
            outputs = [
                browser.get(f"/menu/2027/{a}").content.decode()
                for a in ("", "?q=seminar", "?state=" + state, "?view=calendar&at=2027-03")
            ]
            outputs.append(b"".join(browser.get("/menu/2027/export.csv").streaming_content).decode())
            outputs.append(browser.get("/menu/2027/export.ics").content.decode())
            outputs.append(browser.get("/api/v1/editions/2027/activities").content.decode())
            assert ["Secret seminar" in out for out in outputs] == [sees] * len(outputs)
            assert browser.get("/menu/2027/XLA.0002.01/").status_code == (200 if sees else 404)
            assert browser.get("/api/v1/activities/XLA.0002.01").status_code == (200 if sees else 404)
            assert "Secret" not in browser.get("/menu/2027.ics").content.decode()

    def test_the_queries_know_no_other_way(self, edition):
        hidden = menu.activity(edition, state="draft", contributed_by_id=LAKE_CENTRE)

        assert not menu.Activity.objects.seen_by(STRANGER).filter(pk=hidden.pk).exists()
        assert not menu.Activity.objects.seen_by(cast.LAKE_CONTACT, within=edition).exists()
        assert menu.Activity.objects.seen_by(cast.PROVIDER).get() == hidden


class TestTheActivity:
    def test_says_who_may_come_by_name_and_leaves_out_what_is_not_known(self, edition, contact):
        frameworks.the_frameworks()
        menu.entry_groups()
        shown = menu.activity(edition, open_to=["ALL-PARTNERS", frameworks.PARTNERSHIP, "ELSE"], open_to_parties=[LAKELAND])
        Activity.objects.filter(pk=shown.pk).update(provider_party=LAKELAND, provider="The centre of Lakeland")

        page = contact.get("/menu/2027/XLA.0001.01/").content.decode()

        assert f"All partners, {say(Framework.objects.get(pk=frameworks.PARTNERSHIP).name)}, ELSE, Lakeland" in page
        assert f'<a href="/parties/{LAKELAND}/">The centre of Lakeland</a>' in page
        assert "Prerequisites" not in page
        assert "Fee in euro" not in page

    def test_leads_those_who_may_ask_to_asking_while_requests_are_open(self, world, contact, stranger, manager):
        menu.activity(menu.edition(closes_at=datetime(2127, 1, 15, tzinfo=UTC)))

        assert 'href="/menu/2027/XLA.0001.01/ask/">Ask for places' in contact.get("/menu/2027/XLA.0001.01/").content.decode()
        for client in (stranger, manager):
            assert "Ask for places" not in client.get("/menu/2027/XLA.0001.01/").content.decode()

    def test_keeps_areas_and_parties_of_one_code_apart(self, world, stranger):
        vocabulary = Vocabulary.objects.create(name="areas", version="1")
        Term.objects.create(vocabulary=vocabulary, code=LAKELAND, en="law of lakes")
        menu.activity(menu.edition(), area="law of lakes", area_key=LAKELAND, place_country_id=LAKELAND)

        assert facet_words(stranger, "area") == {"law of lakes"}
        assert facet_words(stranger, "place") == {"Lakeland"}
        page = stranger.get("/menu/2027/XLA.0001.01/").content.decode()
        assert "<dd>law of lakes</dd>" in page
        assert "<dd>Lakeside, Lakeland</dd>" in page


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50, 120])
def test_no_page_asks_more_than_twelve_questions(edition, contact, rows, django_assert_max_num_queries):
    narrowed = ("?q=officer", "?q=offcer", "?kind=course&area=crisis+management", "?open=us", "?view=calendar&at=2027-03")
    frameworks.the_frameworks()
    menu.entry_groups()
    for _ in range(rows):
        menu.activity(edition, place_country_id=LAKELAND)

    contact.get("/menu/2027/")  # the first visit of a session also writes it

    for address in ("", *narrowed, "XLA.0001.01/"):
        with django_assert_max_num_queries(12):
            assert contact.get(f"/menu/2027/{address}").status_code == 200


class TestTakingAway:
    @pytest.mark.fault("F15")
    @pytest.mark.parametrize("query", ["", "?kind=course", "?q=officer&sort=-number", "?month=4"])
    def test_files_have_the_rows_of_the_screen(self, edition, stranger, query):
        for n in range(6):
            menu.activity(
                edition,
                title=f"Officer {n}",
                kind="course" if n % 2 else "seminar",
                first_day=date(2027, 3 + n % 2, 5),
                last_day=date(2027, 5, 5),
            )

        shown = numbers(stranger.get(f"/menu/2027/{query}"))
        lines = csv.DictReader(io.StringIO(b"".join(stranger.get(f"/menu/2027/export.csv{query}").streaming_content).decode()))
        book = openpyxl.load_workbook(io.BytesIO(b"".join(stranger.get(f"/menu/2027/export.xlsx{query}").streaming_content)))
        calendar = icalendar.Calendar.from_ical(stranger.get(f"/menu/2027/export.ics{query}").content)

        assert [line["number"] for line in lines] == shown
        assert [row[0].value for row in book.active.iter_rows(min_row=2)] == shown
        assert [str(e["uid"]).partition("@")[0] for e in calendar.walk("VEVENT")] == shown

    def test_no_other_form_exists(self, edition, stranger):
        assert stranger.get("/menu/2027/export.pdf").status_code == 404

    @pytest.mark.fault("F14")
    def test_a_title_that_is_a_formula_stays_a_text(self, edition, stranger):
        menu.activity(edition, title="=cmd|' /C calc'!A0")

        assert b"'=cmd|" in b"".join(stranger.get("/menu/2027/export.csv").streaming_content)


class TestTheFeed:
    def read(self, client) -> icalendar.Calendar:
        return icalendar.Calendar.from_ical(client.get("/menu/2027.ics").content)

    def test_has_whole_days_with_the_last_day_included(self, edition, stranger):
        menu.activity(edition)

        (event,) = self.read(stranger).walk("VEVENT")

        assert (event["dtstart"].dt, event["dtend"].dt) == (date(2027, 3, 8), date(2027, 3, 13))
        assert str(event["uid"]) == "XLA.0001.01@testserver"

    @pytest.mark.fault("F16")
    def test_has_times_in_their_zone_with_the_rules_of_the_zone(self, edition, stranger):
        shown = menu.activity(edition, first_day=date(2027, 3, 26), last_day=date(2027, 3, 29))
        menu.part(shown, zone="Europe/Brussels", start_time=time(9), end_time=time(17))

        calendar = self.read(stranger)

        (event,) = calendar.walk("VEVENT")
        assert [str(z["tzid"]) for z in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]
        assert event["dtstart"].dt.astimezone(UTC) == datetime(2027, 3, 26, 8, tzinfo=UTC)
        assert event["dtend"].dt.astimezone(UTC) == datetime(2027, 3, 29, 15, tzinfo=UTC)
        assert event["dtstart"].params["TZID"] == "Europe/Brussels"

    def test_leaves_out_what_has_no_day_and_says_how_many(self, edition, stranger):
        menu.activity(edition, starts="2027-03")
        menu.activity(edition, first_day=None, last_day=None)

        calendar = self.read(stranger)

        assert not calendar.walk("VEVENT")
        assert str(calendar["comment"]).startswith("2 activities without known days")

    def test_keeps_its_identity_and_counts_its_changes(self, edition, stranger):
        shown = menu.activity(edition)
        before = self.read(stranger).walk("VEVENT")[0]
        menu.Activity.objects.filter(pk=shown.pk).update(title="Renamed", version=2)

        after = self.read(stranger).walk("VEVENT")[0]

        assert (before["uid"], before["sequence"]) == (after["uid"], after["sequence"] - 1)
