"""Changes on pages, through the API and on the terminal: the same list, the same numbers."""

import json
from typing import Any

import pytest
from django.test import Client

from comity.accounts.rules import Role
from comity.changes import cli
from comity.changes.acts import changes
from comity.changes.models import Change
from comity.frameworks.models import Suspension
from comity.kernel.refusals import NotFound, Refusal
from comity.participation.models import Grant, Seats
from tests.rooms.changes.scene import Scene, aims, cancelled, moved, readers, scene, suspended
from tests.world import nominations as people
from tests.world import requests
from tests.world.cast import HEADQUARTERS, LAKE_CENTRE, LAKELAND, MENU_MANAGER, MERIDIA, party, person
from tests.world.frameworks import PARTNERSHIP, source
from tests.world.nominations import NOW
from tests.world.terminal import outcome as run

pytestmark = pytest.mark.django_db
FAR = {"starts": "2097-05-10", "ends": "2097-05-14"}


@pytest.fixture
def one() -> Scene:
    """The course, in a year that is still to come whenever this runs, with something to go to instead."""
    made = scene()
    readers()
    aims(made.course)
    requests.activity(made.course.edition, 11, title="Sea course", day=made.course.first_day)
    type(made.course).objects.update(first_day="2097-03-08", last_day="2097-03-12", begins_by="2097-03-08")
    made.course.refresh_from_db()
    return made


def signed_in(role: Role, of: str = HEADQUARTERS, login: str = "somebody") -> Client:
    """A browser with somebody signed in."""
    client = Client()
    client.force_login(person(login, role, of=of))
    return client


@pytest.fixture
def manager() -> Client:
    """The manager of the menu."""
    return signed_in(Role.MENU_MANAGER)


def words_of(client: Client, address: str) -> str:
    """A page as text."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


class TestPages:
    def test_from_the_activity_to_the_change_that_is_made(self, one: Scene, manager: Client) -> None:
        page = f"/menu/2027/{one.course.number}/"
        assert f"/changes/new/?activity={one.course.number}" in words_of(manager, page)
        asked = words_of(manager, f"/changes/new/?activity={one.course.number}")
        assert "Show what this breaks" in asked
        made = manager.post(f"/changes/new/?activity={one.course.number}", {"deed": "cancel", "reason": "The hall is closed."})
        change = Change.objects.get()
        assert made["Location"] == f"/changes/{change.pk}/"

        told = words_of(manager, made["Location"])

        assert "Places taken back: 3 of 3" in told
        assert "Sea course" in told
        assert "Nous" not in told
        assert 'lang="fr"' in told
        wrong = manager.post(f"/changes/{change.pk}/apply/", {"shown": change.digest, "number": "1"})
        assert (wrong.status_code, Change.objects.get().state) == (422, "drafted")
        assert f"The list has {len(change.content)} lines" in wrong.content.decode()
        done = manager.post(f"/changes/{change.pk}/apply/", {"shown": change.digest, "number": str(len(change.content))})
        assert done["Location"] == f"/changes/{change.pk}/"
        assert "This was done, all of it." in words_of(manager, done["Location"])
        assert manager.get(page).status_code == 200

    def test_what_came_since_is_shown_and_taken_up(self, one: Scene, manager: Client) -> None:
        change = cancelled(one.course)
        Grant.objects.create(request=one.meridia, activity=one.course, party_id=MERIDIA, source="late", self_paid=1, granted_at=NOW)
        address = f"/changes/{change.pk}/"

        assert "Since you looked, something is otherwise" in words_of(manager, address)
        refused = manager.post(f"{address}apply/", {"shown": change.digest, "number": str(len(change.content))})
        assert (refused.status_code, Change.objects.get().state) == (422, "drafted")
        assert "Nothing was done" in refused.content.decode()
        manager.post(f"{address}look-again/")
        assert "something is otherwise" not in words_of(manager, address)
        manager.post(f"{address}drop/")
        assert "This was dropped" in words_of(manager, address)
        assert manager.post(f"{address}nothing/").status_code == 404

    def test_a_move_that_was_made_offers_the_way_back(self, one: Scene, manager: Client) -> None:
        asked = {"deed": "move", **FAR}
        manager.post(f"/changes/new/?activity={one.course.number}", asked)
        change = Change.objects.get()
        changes.apply(change, shown=change.digest, by=MENU_MANAGER, at=NOW)

        told = words_of(manager, f"/changes/{change.pk}/")

        assert "Put it back as it was" in told
        back = words_of(manager, f"/changes/new/?activity={one.course.number}&deed=move&starts=2027-03-08&ends=2027-03-12")
        assert 'value="2027-03-08"' in back

    def test_a_refusal_stands_beside_the_form(self, one: Scene, manager: Client) -> None:
        address = f"/changes/new/?activity={one.course.number}"
        for sent, words in (
            ({"deed": "shrink", "seats": "2"}, "Say why: those who lose a place will read the reason."),
            ({"deed": "shrink", "seats": "60"}, "give a smaller number"),
            ({"deed": "cancel"}, "This field is required."),
            ({"deed": "move", "starts": "2000-01-01", "ends": "2000-01-02"}, "has passed"),
            ({"deed": "nonsense"}, "This field is required."),
        ):
            answer = manager.post(address, sent)
            assert (answer.status_code, words in answer.content.decode()) == (422, True), (sent, words)
        assert not Change.objects.exists()
        assert manager.get(f"{address}&starts=nonsense").status_code == 200

    def test_a_suspension_is_asked_for_on_the_page_of_the_party(self, one: Scene) -> None:
        desk = signed_in(Role.DESK_OFFICER)
        assert f"/changes/new/?party={LAKELAND}" in words_of(desk, f"/parties/{LAKELAND}/")
        address = f"/changes/new/?party={LAKELAND}"
        assert "Show what this breaks" in words_of(desk, address)
        told = {"framework": PARTNERSHIP, "on": "2026-12-01", "scope": ["practical_civil"], "body": "The council", "reason": "Why."}
        for wrong in ({"source": "nothing"}, {"source": source().key, "review_on": "soon"}):
            assert desk.post(address, told | wrong).status_code == 422
        made = desk.post(address, told | {"source": source().key, "review_on": "2027-06"})
        change = Change.objects.get()
        assert made["Location"] == f"/changes/{change.pk}/"

        page = words_of(desk, made["Location"])
        assert "is suspended in Lakeland Partnership" in page
        desk.post(f"/changes/{change.pk}/apply/", {"shown": change.digest, "number": str(len(change.content))})

        assert Suspension.objects.filter(membership__party=LAKELAND).count() == 1
        assert "counts in no framework" in words_of(desk, f"/changes/new/?party={HEADQUARTERS}")

    def test_the_list_is_narrowed_by_state_and_says_what_to_do_when_empty(self, one: Scene, manager: Client) -> None:
        assert "No changes" in words_of(manager, "/changes/")
        cancelled(one.course)
        suspended()
        assert "Course 1" in words_of(manager, "/changes/?state=drafted")
        assert "Course 1" not in words_of(manager, "/changes/?state=applied")
        assert "Lakeland" in words_of(manager, "/changes/")

    @pytest.mark.fault("F4")
    def test_strangers_are_sent_to_sign_in_and_others_find_nothing(self, one: Scene) -> None:
        change = cancelled(one.course)
        for address in ("/changes/", "/changes/new/", f"/changes/{change.pk}/"):
            assert Client().get(address)["Location"].startswith("/accounts/login/?next=%2Fchanges%2F")
        contact = signed_in(Role.POINT_OF_CONTACT, MERIDIA)
        assert contact.get(f"/changes/{change.pk}/").status_code == 404
        assert contact.post(f"/changes/{change.pk}/drop/").status_code == 404
        assert contact.get(f"/changes/new/?activity={one.course.number}").status_code == 403
        assert contact.get(f"/changes/new/?party={LAKELAND}").status_code == 403
        assert "No changes" in words_of(contact, "/changes/")
        assert "/changes/new/" not in words_of(contact, f"/menu/2027/{one.course.number}/")

    @pytest.mark.fault("F3")
    def test_the_provider_of_the_course_is_told_that_there_is_more(self, one: Scene) -> None:
        change = cancelled(one.course)
        provider = signed_in(Role.PROVIDER, LAKE_CENTRE, login="piet")
        told = words_of(provider, f"/changes/{change.pk}/")

        assert "What this touches in the affairs of others" in told
        assert "Request (places" not in told
        assert "Places taken back" not in told

    @pytest.mark.fault("F8")
    def test_a_free_sentence_is_text_and_nothing_else(self, one: Scene, manager: Client) -> None:
        change = cancelled(one.course, note_en="<script>x</script> {party.code} {{ 7*7 }}", note_fr="%(a)s")
        told = words_of(manager, f"/changes/{change.pk}/")

        assert "&lt;script&gt;x&lt;/script&gt; {party.code} {{ 7*7 }}" in told
        assert "%(a)s" in told

    @pytest.mark.fault("F24")
    def test_the_page_takes_as_many_queries_for_fifty_parties(
        self, one: Scene, manager: Client, django_assert_max_num_queries: Any
    ) -> None:
        Seats.objects.update(capacity=500)
        for n in range(40):
            code = f"Y{chr(65 + n // 26)}{chr(65 + n % 26)}"
            party(code, name=f"Land {code}")
            people.nominated(people.asked(one.course, code), n + 30, state="put_forward")
        change = cancelled(one.course)

        with django_assert_max_num_queries(40):
            assert manager.get(f"/changes/{change.pk}/").status_code == 200


def send(client: Client, path: str, **body: Any) -> Any:
    """One call of the API with a JSON body."""
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


class TestTheApi:
    @pytest.mark.fault("F15")
    def test_says_what_the_page_says(self, one: Scene, manager: Client) -> None:
        made = send(manager, "/changes", deed="cancel", activity=one.course.number, reason="The hall is closed.")
        told = made.json()
        assert made.status_code == 201, told
        page = words_of(manager, f"/changes/{told['id']}/")

        assert f"The list has {len(told['consequences'])} lines" in page
        assert all(c["says"].replace("'", "&#39;") in page for c in told["consequences"])
        assert {(c["kind"], c["party"], c["amount"]) for c in told["consequences"]} >= {("grant", LAKELAND, 3), ("money", "", 700)}
        assert {s["party"] for s in told["substitutes"]} == {LAKELAND, MERIDIA}
        assert {n["party"] for n in told["notices"]} >= {LAKELAND, MERIDIA}
        assert (told["stale"], told["withheld"], told["state"]) == (False, False, "drafted")

        done = send(manager, f"/changes/{told['id']}/apply", shown=told["digest"])
        assert (done.status_code, done.json()["state"]) == (200, "applied")
        assert done.json()["consequences"] == told["consequences"]
        again = send(manager, f"/changes/{told['id']}/apply", shown=told["digest"])
        assert (again.status_code, again.json()["code"]) == (409, "already-settled")

    def test_prepares_every_deed_and_lists_reads_looks_again_and_drops(self, one: Scene, manager: Client) -> None:
        number = one.course.number
        moved_ = send(manager, "/changes", deed="move", activity=number, **FAR).json()
        smaller = send(manager, "/changes", deed="shrink", activity=number, seats=4, reason="Fewer beds.").json()
        assert (moved_["values"]["starts"], smaller["values"]["seats"]) == (FAR["starts"], 4)
        listed = manager.get("/api/v1/changes?limit=1").json()
        assert [c["id"] for c in listed["items"]] == [moved_["id"]]
        assert manager.get(f"/api/v1/changes?cursor={listed['next']}").json()["items"][0]["activity"] == number
        assert manager.get(f"/api/v1/changes/{smaller['id']}").json()["digest"] == smaller["digest"]
        assert send(manager, f"/changes/{smaller['id']}/look-again").json()["digest"] == smaller["digest"]
        assert send(manager, f"/changes/{smaller['id']}/drop").json()["state"] == "dropped"
        assert manager.get("/api/v1/changes/999").status_code == 404

    def test_suspends(self, one: Scene) -> None:
        desk = signed_in(Role.DESK_OFFICER)
        told = {"deed": "suspend", "party": LAKELAND, "framework": PARTNERSHIP, "on": "2026-12-01", "scope": ["practical_civil"],
                "body": "The council", "reason": "Why.", "sources": [source().key]}  # fmt: skip
        made = send(desk, "/changes", **told)

        assert (made.status_code, made.json()["party"], made.json()["framework"]) == (201, LAKELAND, PARTNERSHIP)
        assert send(desk, "/changes", **told | {"framework": "NONE"}).status_code == 404
        assert send(desk, "/changes", **told | {"scope": ["everything"]}).status_code == 422
        assert send(signed_in(Role.MENU_MANAGER, login="m"), "/changes", **told).status_code == 403


class TestTheTerminal:
    def test_previews_shows_applies_and_drops(self, one: Scene) -> None:
        number = one.course.number
        group = cli.changes_group
        _code, told = run(group, "preview", "cancel", number, "--reason", "The hall is closed.", "--format", "json")
        assert (told["state"], told["lines"]) == ("drafted", len(told["consequences"]))
        _code, moved_ = run(group, "preview", "move", number, "--starts", FAR["starts"], "--ends", FAR["ends"], "--format", "json")
        _code, smaller = run(group, "preview", "shrink", number, "--seats", "5", "--format", "json")
        assert run(group, "show", told["change"], "--format", "json")[1]["digest"] == told["digest"]
        assert run(group, "drop", smaller["change"], "--format", "json")[1]["state"] == "dropped"
        with pytest.raises(NotFound):
            run(group, "preview", "nonsense", number)

        assert run(group, "apply", told["change"], "--shown", told["digest"], "--format", "json")[1]["state"] == "applied"
        with pytest.raises(Refusal):
            run(group, "apply", moved_["change"], "--shown", moved_["digest"])


def test_a_change_is_called_by_what_it_is_about() -> None:
    one = scene()

    assert [str(moved(one.course)), str(suspended())] == [f"move {one.course.number}", f"suspend {LAKELAND} {PARTNERSHIP}"]
