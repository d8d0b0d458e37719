"""The pages of feedback: the form behind a link, results, links to hand out, reports; and the same for programs."""

import re

import pytest
from django.test import Client

from comity.accounts.acts import tries
from comity.accounts.rules import Role
from comity.feedback.acts import canvasses
from comity.feedback.models import ActivityReport, Answer, Canvass
from comity.feedback.queries import THE_HOUSE
from tests.world import feedback as world
from tests.world import nominations
from tests.world.cast import HEADQUARTERS, LAKE_CENTRE, LAKELAND, MERIDIA, person, the_world
from tests.world.feedback import AFTER, OVER, SAID

pytestmark = pytest.mark.django_db
FILLED = {**{name: str(value) for name, value in SAID.items()}, "recommend": "yes", "best": "The exercise"}


@pytest.fixture
def course():
    """A course of the centre that six people of Lakeland came to."""
    made = nominations.course(seats=80)
    world.came(made, 6)
    return made


@pytest.fixture
def asked(course):
    """Those six are asked, and have until long after today."""
    made = world.canvass(course)
    Canvass.objects.update(closes_at=OVER.replace(year=2099))
    made.refresh_from_db()
    return made


@pytest.fixture
def people():
    """Browsers of the centre, of Lakeland, of Meridia, and of the staff."""
    the_world()
    found = {
        "provider": person("piet", Role.PROVIDER, of=LAKE_CENTRE),
        "lake": person("lena", Role.POINT_OF_CONTACT, of=LAKELAND),
        "meridia": person("mira", Role.POINT_OF_CONTACT, of=MERIDIA),
        "desk": person("dora", Role.DESK_OFFICER, of=HEADQUARTERS),
    }
    browsers = {name: Client(raise_request_exception=False) for name in found}
    for name, browser in browsers.items():
        browser.force_login(found[name])
    return browsers


def without_secrets(body):
    """A page without the address it was asked under and the proof for its forms."""
    return re.sub(r"/feedback/[\w-]{43}/|name=\"csrfmiddlewaretoken\" value=\"\w+\"", "", body)


class TestAnswering:
    def test_somebody_answers_by_the_link_alone_in_the_language_of_the_browser(self, client, asked):
        address = f"/feedback/{world.tokens_of(asked)[0]}/"

        assert "Would you recommend it to a colleague?" in client.get(address).content.decode()
        shown = client.get(address, headers={"accept-language": "fr"})
        assert "La recommanderiez-vous" in shown.content.decode()
        assert shown["Cache-Control"] == "no-store"
        assert "Thank you" in client.post(address, FILLED).content.decode()
        assert Answer.objects.get().given["best"] == "The exercise"

    def test_a_second_answer_is_refused_in_words(self, client, asked):
        address = f"/feedback/{world.tokens_of(asked)[0]}/"
        client.post(address, FILLED)

        again = client.post(address, FILLED)

        assert again.status_code == 409
        assert "answered already" in again.content.decode()
        assert client.get(address).status_code == 409

    def test_what_is_missing_is_said_beside_the_question_and_nothing_is_lost(self, client, asked):
        shown = client.post(f"/feedback/{world.tokens_of(asked)[0]}/", FILLED | {"level": ""})

        assert shown.status_code == 422
        assert "The exercise" in shown.content.decode()
        assert not Answer.objects.exists()

    @pytest.mark.fault("F4", "F5", "F11")
    def test_a_wrong_link_is_a_page_that_is_not_there_and_guessing_ends(self, client, asked):
        client.raise_request_exception = False
        late = f"/feedback/{world.tokens_of(asked)[0]}/"
        Canvass.objects.update(closes_at=OVER.replace(year=2027), opened_at=AFTER.replace(year=2020))
        Canvass.objects.update(closes_at=AFTER.replace(year=2021))

        answers = {client.get(address).status_code for address in (late, f"/feedback/{'x' * 43}/")}
        assert answers == {404}
        bodies = {without_secrets(client.get(address).content.decode()) for address in (late, f"/feedback/{'x' * 43}/")}
        assert len(bodies) == 1
        for _ in range(tries.MOST):
            client.get(f"/feedback/{'z' * 43}/")
        assert client.get(f"/feedback/{'z' * 43}/").status_code in (404, 429)

    @pytest.mark.fault("F8")
    def test_what_somebody_writes_is_never_markup(self, people, asked):
        world.answered(asked, 5, best="<script>alert(1)</script> {{ 7 * 7 }}")

        shown = people["provider"].get(f"/feedback/{asked.activity.number}/").content.decode()

        assert "&lt;script&gt;alert(1)" in shown
        assert "{{ 7 * 7 }}" in shown


class TestResults:
    def test_under_five_answers_the_page_says_why_nothing_is_shown(self, people, asked):
        address = f"/feedback/{asked.activity.number}/"
        world.answered(asked, 4, best="Unseen words")
        assert all("Not enough answers yet" in people[name].get(address).content.decode() for name in ("provider", "lake", "desk"))

        world.answered(asked, 1)

        for name in ("provider", "lake", "desk"):
            shown = people[name].get(address).content.decode()
            assert "Unseen words" in shown
            assert "4 of 5" in shown

    @pytest.mark.fault("F3")
    def test_a_party_that_was_not_there_sees_that_nobody_was_asked(self, people, asked):
        world.answered(asked, 5, best="Unseen words")

        shown = people["meridia"].get(f"/feedback/{asked.activity.number}/").content.decode()

        assert "Unseen words" not in shown
        assert "Nobody was asked yet" in shown
        assert people["meridia"].get(f"/feedback/{asked.activity.number}/links/").status_code == 404
        assert people["meridia"].get("/api/v1/feedback").json() == {"items": [], "next": None}
        assert people["meridia"].get(f"/api/v1/feedback/{asked.activity.number}").status_code == 404

    def test_programs_read_what_the_page_shows(self, people, asked):
        world.answered(asked, 5, best="Words")

        told = people["provider"].get(f"/api/v1/feedback/{asked.activity.number}").json()

        assert (told["asked"], told["answered"], told["shown"]) == (6, 5, 5)
        assert told["questions"][0] == {"key": "useful", "kind": "scale", "words": told["questions"][0]["words"], "count": 5,
                                        "mean": 4.0, "spread": [0, 0, 0, 5, 0], "texts": []}  # fmt: skip
        assert told["questions"][7]["texts"] == ["Words"] * 5
        assert [row["activity"] for row in people["lake"].get("/api/v1/feedback").json()["items"]] == [asked.activity.number]

    def test_the_provider_asks_from_the_page(self, people, course):
        world.the_survey()
        shown = people["provider"].get(f"/feedback/{course.number}/").content.decode()
        assert "Ask those who were there" in shown

        done = people["provider"].post(f"/feedback/{course.number}/open/")

        assert done.status_code == 302
        assert Canvass.objects.get().asked == 6
        assert people["lake"].post(f"/feedback/{course.number}/open/").status_code == 403

    def test_links_are_shown_as_a_page_a_sheet_and_letters(self, people, asked):
        address = f"/feedback/{asked.activity.number}/links/"
        before = people["lake"].get(address).content.decode()
        shown = people["lake"].post(address).content.decode()
        csv = b"".join(people["lake"].post(address, {"form": "csv"}).streaming_content).decode()

        assert world.tokens_of(asked)[0] not in before
        for token in world.tokens_of(asked):
            assert f"/feedback/{token}/" in shown
            assert f"/feedback/{token}/" in csv
        assert people["lake"].post(address, {"form": "pdf"}).content.startswith(b"%PDF")
        canvasses.close(asked, by=THE_HOUSE, at=OVER.replace(year=2100))
        assert people["lake"].post(address).status_code == 409
        assert "The time is over" in people["lake"].get(address).content.decode()

    def test_the_first_page_says_what_waits(self, people, course):
        shown = people["provider"].get("/feedback/")
        assert "Nobody was asked yet" in shown.content.decode()
        type(course).objects.filter(pk=course.pk).update(first_day="2026-01-05", last_day="2026-01-09", begins_by="2026-01-05")

        due = people["provider"].get("/feedback/").content.decode()

        assert "Report due" in due
        assert "Nobody asked" in due
        world.report(course, state="submitted")
        assert "Decide" in people["desk"].get("/feedback/").content.decode()
        assert "No report yet" in people["meridia"].get("/feedback/").content.decode()


class TestReports:
    @pytest.mark.fault("F18", "F19")
    def test_a_draft_is_kept_and_after_a_clash_both_texts_are_there(self, people, course, monkeypatch):
        type(course).objects.filter(pk=course.pk).update(first_day="2026-01-05", last_day="2026-01-09", begins_by="2026-01-05")
        address = f"/feedback/{course.number}/report/"
        assert people["provider"].post(address, {"version": "0", "summary": "", "to_change": "Less"}).status_code == 302
        people["provider"].post(address, {"version": "1", "summary": "The newer one"})

        clash = people["provider"].post(address, {"version": "1", "summary": "My own text"})

        assert clash.status_code == 422
        shown = clash.content.decode()
        assert "The newer one" in shown
        assert "My own text" in shown
        version = re.search(r'name="version" value="(\d+)"', shown)[1]
        assert people["provider"].post(address, {"version": version, "summary": "My own text"}).status_code == 302
        assert ActivityReport.objects.get().summary == "My own text"

    def test_it_goes_its_way_from_the_page(self, people, course):
        type(course).objects.filter(pk=course.pk).update(first_day="2026-01-05", last_day="2026-01-09", begins_by="2026-01-05")
        address = f"/feedback/{course.number}/report/"
        people["provider"].post(address, {"version": "0", "summary": "It went well"})
        assert people["desk"].get(address).status_code == 404
        assert people["provider"].post(f"{address}submit/", {"version": "1"}).status_code == 302

        assert "It went well" in people["desk"].get(address).content.decode()
        assert people["lake"].get(address).status_code == 404
        assert people["desk"].post(f"{address}return/", {"reason": ""}).status_code == 302
        assert ActivityReport.objects.get().state == "submitted"
        people["desk"].post(f"{address}return/", {"reason": "Say more"})
        assert "Say more" in people["provider"].get(address).content.decode()
        people["provider"].post(f"{address}submit/", {"version": ActivityReport.objects.get().version})
        people["desk"].post(f"{address}approve/")
        assert ActivityReport.objects.get().state == "approved"
        assert people["desk"].post(f"{address}burn/").status_code == 404

    def test_it_is_taken_away_on_paper(self, people, course):
        world.report(course, state="distributed")

        for form in ("pdf", "docx"):
            assert people["lake"].get(f"/feedback/{course.number}/report.{form}").status_code == 200
        assert people["lake"].get(f"/feedback/{course.number}/report.exe").status_code == 404
        assert people["meridia"].get(f"/feedback/{course.number}/report.pdf").status_code == 404

    def test_programs_write_and_read_it(self, people, course):
        type(course).objects.filter(pk=course.pk).update(first_day="2026-01-05", last_day="2026-01-09", begins_by="2026-01-05")
        address = f"/api/v1/activity-reports/{course.number}"
        put = people["provider"].put(address, {"version": 0, "summary": "By a program"}, content_type="application/json")
        assert (put.status_code, put.json()["state"], put.json()["version"]) == (200, "draft", 1)

        handed = people["provider"].post(f"{address}/submit", {"version": 1}, content_type="application/json")

        assert handed.json()["figures"]["total"] == {"invited": 6, "accepted": 6, "came": 6, "no_shows": 0}
        assert people["desk"].get("/api/v1/activity-reports").json()["items"][0]["summary"] == "By a program"
        back = people["desk"].post(f"{address}/return", {"reason": "More"}, content_type="application/json")
        assert back.json()["state"] == "returned"
        assert people["lake"].get(address).status_code == 404
        people["provider"].post(f"{address}/submit", {"version": back.json()["version"]}, content_type="application/json")
        assert people["desk"].post(f"{address}/approve").json()["state"] == "approved"


@pytest.mark.fault("F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_the_first_page_and_the_results_ask_no_more_for_more_rows(people, django_assert_max_num_queries, rows):
    world.the_survey()
    course = nominations.course(seats=80)
    world.came(course, rows)
    asked = world.canvass(course)
    world.answered(asked, 5)

    with django_assert_max_num_queries(15):
        people["provider"].get("/feedback/")
    with django_assert_max_num_queries(12):
        people["provider"].get(f"/feedback/{course.number}/")
