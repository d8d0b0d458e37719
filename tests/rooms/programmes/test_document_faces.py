"""Pages, API and commands of programmes: what each reader finds, and what is done through them."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from comity.accounts.rules import Role
from comity.drafting.models import Text
from comity.kernel.dates import PartialDate
from comity.packs.demonstration import programmes as demonstration
from comity.parties.models import Source
from comity.programmes.acts import milestones
from comity.programmes.cli import programmes_group
from comity.programmes.models import Goal, Milestone, Objective, Programme
from comity.reviews.models import Review
from tests.world import programmes as world
from tests.world.cast import GULFLAND, HEADQUARTERS, LAKELAND, MERIDIA, SUNDERIA, party, person
from tests.world.frameworks import source
from tests.world.programmes import DESK, LAKE, NOON
from tests.world.terminal import Someone

pytestmark = pytest.mark.django_db
OPENING = {
    "type": "TAILORED", "edition": "2027–2030", "since": "2027", "until": "2030", "binding": "unknown", "language": "en",
}  # fmt: skip


@pytest.fixture
def desk(client):
    """A browser in which the desk officer has signed in."""
    world.the_types()
    client.force_login(person("dora", Role.DESK_OFFICER, of=HEADQUARTERS))
    return client


def text(number: int) -> Text:
    """A text of Lakeland."""
    moments = {"opened_at": NOON, "turned_at": NOON, "opened_by": "x", "turned_by": "x"}
    return Text.objects.create(party_id=LAKELAND, title_en=f"Text {number}", turn="party", **moments)


def signed_in(client, of: str, role: Role = Role.POINT_OF_CONTACT):
    client.force_login(person(f"poc-{of.lower()}-{role.value[:4]}", role, of=of))
    return client


def answered(*given: str) -> dict[str, Any]:
    """What a command says as JSON."""
    told = CliRunner().invoke(programmes_group, [*given, "--format", "json"], obj=Someone(DESK))
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def words(response) -> str:
    return response.content.decode()


class TestRegister:
    @pytest.mark.fault("F3")
    def test_a_stranger_is_sent_to_sign_in(self, client):
        for address in ("", "types/", "reviews/", "objectives/", f"{world.programme().pk}/"):
            assert client.get(f"/programmes/{address}").status_code == 302

    @pytest.mark.parametrize("count", [5, 50])
    def test_it_lists_what_is_seen_in_the_same_number_of_questions(self, desk, count, django_assert_max_num_queries):
        kind = world.the_types()["TAILORED"]
        Programme.objects.bulk_create(
            Programme(party_id=LAKELAND, type=kind, edition=str(n), text=text(n), since="2027", opened_at=NOON, opened_by="x")
            for n in range(count)
        )
        desk.get("/programmes/")

        with django_assert_max_num_queries(15):
            shown = words(desk.get("/programmes/"))

        assert shown.count("Being drafted</span>") >= count

    def test_it_is_narrowed_by_party_type_state_and_marker(self, desk):
        world.programme()
        world.programme(of=MERIDIA)

        assert "No programmes" in words(desk.get("/programmes/?state=in_force"))
        shown = words(desk.get("/programmes/?party=XME&type=TAILORED"))
        assert "Open a programme of Meridia" in shown
        assert "Lakeland" not in shown
        assert words(desk.get("/programmes/", headers={"HX-Request": "true"})).startswith('<div class="with-facets"')

    @pytest.mark.fault("F3")
    def test_a_neighbour_finds_no_draft_there_or_by_its_address(self, client):
        draft = world.programme()
        signed_in(client, MERIDIA)

        assert "2027–2030" not in words(client.get("/programmes/"))
        assert client.get(f"/programmes/{draft.pk}/").status_code == 404
        assert client.get(f"/api/v1/programmes/{draft.pk}").status_code == 404
        assert client.get("/api/v1/programmes").json()["items"] == []

    def test_types_are_told_with_what_is_known(self, desk):
        shown = words(desk.get("/programmes/types/"))

        assert "Voies" not in shown
        assert "Ways" in shown


class TestRecord:
    def given(self, **fields: str) -> dict[str, str]:
        """What a record of Lakeland's plan says, read in a paper."""
        told = {"party": LAKELAND, "type": "PLAN", "edition": "2005", "since": "2005-10", "binding": "unknown"}
        return told | {"source": source().key} | fields

    def test_a_document_known_from_a_source_is_recorded_there(self, desk):
        assert "/programmes/record/" in words(desk.get("/programmes/"))
        assert "/programmes/record/?party=XLA" in words(desk.get("/programmes/?party=xla"))
        shown = words(desk.get("/programmes/record/?party=xla&type=plan"))
        assert '<option value="XLA" selected>Lakeland' in shown
        assert '<option value="PLAN" selected>Plan' in shown

        made = desk.post("/programmes/record/", self.given(note="Told by both sides."))

        kept = Programme.objects.get()
        assert made["Location"] == f"/programmes/{kept.pk}/"
        assert (kept.state, kept.since.text, kept.source.key, kept.text) == ("recorded", "2005-10", "a-paper", None)
        assert "Told by both sides." in words(desk.get(made["Location"]))

    def test_its_source_is_named_by_address_as_well(self, desk):
        Source.objects.create(key="b", title="B", address="https://example.org/b")

        assert desk.post("/programmes/record/", self.given(source="https://example.org/b")).status_code == 302
        assert Programme.objects.get().source_id == "b"

    def test_what_the_source_does_not_say_is_left_open(self, desk):
        assert desk.post("/programmes/record/", self.given(edition="", since="")).status_code == 302

        kept = Programme.objects.get()
        assert (kept.edition, kept.since.is_known, kept.until.is_known) == ("", False, False)

    def test_what_cannot_be_recorded_is_told_beside_the_form(self, desk):
        desk.post("/programmes/record/", self.given())

        for wrong, sentence in (
            ({}, "Lakeland already has a Plan with the edition “2005”."),
            ({"edition": "b", "until": "2004"}, "A programme that starts in October 2005 cannot end in 2004."),
            ({"edition": "b", "source": "hearsay"}, "The register knows no such source."),
            ({"edition": "b", "source": ""}, "This field is required."),
            ({"edition": "b", "since": "soon"}, "This is not a year, a month or a day."),
            ({"party": HEADQUARTERS}, "Select a valid choice."),
        ):
            told = desk.post("/programmes/record/", self.given(**wrong))
            assert (told.status_code, sentence in words(told)) == (422, True), sentence
        assert Programme.objects.count() == 1

    @pytest.mark.fault("F7")
    def test_only_those_who_keep_programmes_find_it(self, client):
        world.the_types()
        assert client.get("/programmes/record/").status_code == 302
        signed_in(client, LAKELAND)

        assert "/programmes/record/" not in words(client.get("/programmes/?party=XLA"))
        assert client.get("/programmes/record/").status_code == 403
        assert client.post("/programmes/record/", self.given()).status_code == 403
        assert not Programme.objects.exists()

    @pytest.mark.parametrize("count", [5, 60])
    def test_it_asks_the_same_number_of_questions_however_many_there_are(self, desk, count, django_assert_max_num_queries):
        for number in range(count):
            party(f"X{chr(65 + number // 26)}{chr(65 + number % 26)}")
        desk.get("/programmes/types/")

        with django_assert_max_num_queries(15):
            assert words(desk.get("/programmes/record/")).count("<option") > count


class TestDocument:
    def test_it_is_opened_from_its_page(self, desk):
        assert "Nothing stands in the way." in words(desk.get("/programmes/new/XLA/?type=TAILORED"))
        assert "suspended" in words(desk.get(f"/programmes/new/{SUNDERIA}/?type=TAILORED"))
        assert desk.post(f"/programmes/new/{SUNDERIA}/", OPENING).status_code == 422
        assert desk.post("/programmes/new/XLA/", {**OPENING, "since": "soon"}).status_code == 422

        made = desk.post("/programmes/new/XLA/", OPENING)

        assert made["Location"] == f"/programmes/{Programme.objects.get().pk}/"
        assert "once it is signed" in words(desk.get(made["Location"]))

    @pytest.mark.fault("F7")
    def test_a_party_opens_none(self, client):
        world.the_types()

        assert signed_in(client, LAKELAND).get("/programmes/new/XLA/").status_code == 403

    @pytest.mark.fault("F3")
    def test_a_neighbour_reads_that_it_is_in_force_and_no_more(self, client):
        made = world.in_force()
        world.goal(made)
        shown = words(signed_in(client, MERIDIA).get(f"/programmes/{made.pk}/"))

        assert "In force" in shown
        assert "Its goals and reviews are its two sides" in shown
        assert "Goal 1" not in shown

    @pytest.mark.parametrize("count", [5, 60])
    def test_it_opens_in_fifteen_questions_whatever_its_size(self, desk, count, django_assert_max_num_queries):
        made = world.in_force()
        for number in range(1, count + 1):
            goal = world.goal(made, number)
            milestones.add(goal, title_en="Ten", due=PartialDate("2028"), by=LAKE, at=NOON)
        desk.get("/programmes/types/")

        with django_assert_max_num_queries(15):
            shown = words(desk.get(f"/programmes/{made.pk}/"))

        assert shown.count('class="fill"') == count

    def test_it_is_prolonged_marked_given_objectives_and_ended_there(self, desk):
        made, marker = world.in_force(), world.word("markers", "women-peace-security")
        address = f"/programmes/{made.pk}/"

        assert desk.post(f"{address}prolong/", {"until": "2029", "body": "x"}).status_code == 422
        for verb, given in (
            ("prolong", {"until": "2031", "body": "The council"}),
            ("mark", {"markers": [marker.pk]}),
            ("objective", {"title_en": "A further end"}),
            ("terminate", {"on": "2028", "body": "The council", "reason": "Decided."}),
        ):
            assert desk.post(f"{address}{verb}/", given).status_code == 302
        assert desk.post(f"{address}mark/", {}).status_code == 404

        made.refresh_from_db()
        assert (made.state, made.until.text) == ("terminated", "2031")
        assert Objective.objects.filter(title_en="A further end", first_year=2027, last_year=2031).exists()
        shown = words(desk.get(address))
        assert "Decided." in shown
        assert "The council" in shown

    def test_one_takes_the_place_of_another(self, desk):
        old, new = world.in_force(type="PLAN"), world.in_force()

        assert desk.post(f"/programmes/{old.pk}/replace/", {"by_another": new.pk, "on": "2027"}).status_code == 302
        assert "Replaced by" in words(desk.get(f"/programmes/{old.pk}/"))

    def test_what_becomes_of_its_goals_is_proposed_looked_at_and_applied(self, client):
        made = world.in_force()
        first, second = world.goal(made, 1), world.goal(made, 2)
        address = f"/programmes/{made.pk}/forward/"
        signed_in(client, LAKELAND)
        assert "Nothing to say" in words(client.get(address))
        draft = world.programme(edition="next")

        assert "Say what becomes of 2 open goals" in words(client.get(f"/programmes/{made.pk}/"))
        assert "Carry over" in words(client.get(address))
        assert client.post(address, {f"become-{first.pk}": "carried_over"}).status_code == 422
        given = {f"become-{first.pk}": "carried_over", f"become-{second.pk}": "merged", f"into-{second.pk}": str(first.pk)}
        assert client.post(address, given)["Location"] == f"/programmes/{draft.pk}/"

        assert Goal.objects.get(programme=draft).title_en == "Goal 1"
        assert "Goes on in the next edition" in words(client.get(f"/programmes/{made.pk}/"))


class TestGoals:
    def test_a_goal_is_set_in_a_programme_and_worked_on_there(self, client):
        made, marker = world.in_force(), world.word("markers", "building-integrity")
        objective, area = world.objective(made), world.area()
        signed_in(client, LAKELAND)
        terms = {"number": 7, "objective": objective.pk, "title_en": "Serve", "area": area.pk, "tier": "beginner", "units": 3}
        given = terms | {"deadline": "2029", "priority": 1}

        assert client.post(f"/programmes/goals/new/XLA/?programme={made.pk}", given)["Location"] == f"/programmes/{made.pk}/"
        goal = Goal.objects.get(number=7)
        address = f"/programmes/goals/{goal.pk}/"
        assert client.post(f"{address}milestone/", {"title_en": "Ten", "due": "soon"}).status_code == 302
        assert client.post(f"{address}milestone/", {"title_en": "Ten", "due": "2028"}).status_code == 302
        one = Milestone.objects.get()
        assert client.post(f"/programmes/milestones/{one.pk}/meet/", {}).status_code == 302
        assert client.post(f"/programmes/milestones/{one.pk}/bend/", {}).status_code == 404
        client.post(f"/programmes/milestones/{one.pk}/meet/", {"evidence": "Seen."})
        client.post(f"{address}support/", {"kind": "trust_fund", "name": "Lake fund"})
        client.post(f"{address}mark/", {"markers": [marker.pk]})
        shown = words(client.get(address))
        assert all(word in shown for word in ("Seen.", "Lake fund", "Building integrity"))
        client.post(f"/programmes/supports/{goal.supports.get().pk}/untie/")
        client.post(f"{address}title-only/", {})
        client.post(f"{address}complete/", {"note": "Reached."})
        assert client.post(f"{address}bend/", {}).status_code == 404

        goal.refresh_from_db()
        assert (goal.outcome, goal.is_title_only, goal.supports.count(), goal.programme) == ("completed", True, 0, made)


class TestReviews:
    def test_a_review_goes_its_way_on_its_page(self, desk):
        made, word = world.in_force(), world.word("ratings", "on-course")
        goal = world.goal(made)
        assert desk.post(f"/programmes/{made.pk}/reviews/", {}).status_code == 302
        address = desk.post(f"/programmes/{made.pk}/reviews/", {"year": 2026, "kind": "yearly"})["Location"]
        review = Review.objects.get()

        assert desk.post(address, {"outcome": "Well."}).status_code == 422
        desk.post(f"{address}steps/1/", {"due_on": "2026-10-01"})
        desk.post(f"{address}steps/1/", {"on": "never"})
        for place in (1, 2, 3, 4):
            desk.post(f"{address}steps/{place}/", {"on": "2026-09-01", "summary": "Talked."})
        assert desk.post(f"{address}steps/9/", {"on": "2026-09-01"}).status_code == 404
        desk.post(f"{address}rate/", {"goal": goal.pk})
        desk.post(f"{address}rate/", {"goal": goal.pk, "rating": word.pk})
        assert "Talked." in words(desk.get(address))
        assert desk.post(address, {"outcome": "Well."}).status_code == 302

        review.refresh_from_db()
        assert not review.is_open
        assert "Yearly review" in words(desk.get("/programmes/reviews/"))
        assert desk.get(f"{address}report.pdf").content.startswith(b"%PDF")
        assert desk.get(f"{address}report.odt").status_code == 404


class TestApiAndCommands:
    @pytest.mark.fault("F3")
    def test_it_is_opened_listed_and_read(self, desk):
        body = {"party": "xla", "type": "tailored", "edition": "a", "since": "2027", "until": "2030"}

        made = desk.post("/api/v1/programmes", json.dumps(body), content_type="application/json")

        assert made.status_code == 201
        wrong = desk.post("/api/v1/programmes", json.dumps({**body, "since": "2027-02-30"}), content_type="application/json")
        assert (wrong.status_code, wrong.json()["code"]) == (409, "no-such-day")
        one = desk.get(f"/api/v1/programmes/{made.json()['id']}").json()
        assert (one["state"], one["party"], one["title_fr"]) == ("drafting", "XLA", "Tailored (fr) a")
        assert desk.get("/api/v1/programmes?party=XLA&state=drafting").json()["items"] == [one]
        assert [t["code"] for t in desk.get("/api/v1/programme-types").json()] == ["PLAN", "TAILORED"]
        assert desk.get("/api/v1/programmes/99999999999999999999").status_code in (404, 422)

    @pytest.mark.fault("F3")
    def test_others_are_not_told_where_its_text_lies(self, client):
        made = world.in_force()

        told = signed_in(client, GULFLAND).get(f"/api/v1/programmes/{made.pk}").json()

        assert (told["state"], told["text"], told["agreement"]) == ("in_force", None, None)

    def test_it_is_opened_listed_and_shown_on_the_terminal(self):
        world.the_types()
        given = ["--party", "XLA", "--type", "tailored", "--edition", "a", "--since", "2027"]
        made = answered("open", *given)
        shown = answered("show", str(made["id"]))
        listed = answered("list")

        assert (shown["title"], shown["goals"], listed["count"]) == ("Tailored a", [], 1)


def test_the_demonstration_waits_for_its_type():
    world.the_types()

    assert demonstration.build(by=DESK, at=NOON) == 0
