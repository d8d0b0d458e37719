"""The pages of sheets: what each reader finds there, one tap at a time, and how many queries it takes."""

from datetime import date

import pytest

from comity.accounts.rules import Role
from comity.attendance.acts import sheets
from comity.attendance.models import Presence, Sheet
from comity.attendance.queries.sheets import by_stage, staged
from comity.nominations.models import Reading
from tests.world import menu, nominations
from tests.world.attendance import AFTER, course, everybody, fresh
from tests.world.cast import (
    ADMINISTRATOR,
    HEADQUARTERS,
    LAKE_CENTRE,
    LAKELAND,
    MERIDIA,
    OUTLAND,
    PROVIDER,
    actor,
    person,
    the_world,
)
from tests.world.pages import readable

pytestmark = pytest.mark.django_db
PAST = date(2026, 11, 2)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def centre(client):
    """A browser of the centre that runs the courses."""
    the_world()
    client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
    client.get("/attendance/")  # the first visit writes the session
    return client


def signed_in(client, login: str, role: Role, of: str):
    client.force_login(person(login, role, of=of))
    return client


def tap(what, n: int = 0, **more):
    nominee = what.nominations.order_by("pk")[n]
    return {"nomination": nominee.pk, "part": 1, "version": 0, "to": "present"} | more


@pytest.mark.fault("F4")
@pytest.mark.parametrize("rest", ["", "instructions/", "certificates/", "import/", "export.csv", "mark/", "close/"])
def test_a_stranger_is_sent_to_sign_in(client, rest):
    what = course(day=PAST)

    for method in (client.get, client.post):
        assert "/accounts/login/" in method(f"/attendance/{what.number}/{rest}")["Location"]


class TestOverview:
    def test_activities_stand_where_they_are(self):
        days = {"running": date(2026, 11, 20), "to_close": PAST, "to_come": date(2027, 3, 8), "to_certify": PAST}
        found = {stage: course(n, day=day) for n, (stage, day) in enumerate(days.items(), 1)}
        everybody(found["to_certify"])
        sheets.close(fresh(found["to_certify"]), by=PROVIDER, at=AFTER)
        nominations.course(9)

        told = staged(on=date(2026, 11, 22), seen_by=PROVIDER)

        assert by_stage(told) == {stage: [found[stage].pk] for stage in days} | {"done": []}
        assert {a.number: (a.people, a.to_certify) for a in told} == {
            found[stage].number: (3, 3 if stage == "to_certify" else 0) for stage in days
        }

    def test_a_provider_finds_what_to_do_next(self, centre):
        course(1, day=PAST)
        course(2, day=date(2099, 3, 2))

        assert "Close the sheet" in centre.get("/attendance/").content.decode()
        assert "Joining instructions by" in centre.get("/attendance/?stage=to_come").content.decode()
        assert "Nothing here" in centre.get("/attendance/?stage=done").content.decode()
        assert centre.get("/attendance/?stage=nonsense&page=9", **HTMX).content.startswith(b"<div id=")

    @pytest.mark.fault("F3")
    def test_a_party_finds_what_its_own_people_go_to(self, client):
        one, other = course(1, day=PAST, guests=0), course(2, day=PAST)
        signed_in(client, "zoe", Role.POINT_OF_CONTACT, MERIDIA)

        said = client.get("/attendance/").content.decode()

        assert other.number in said
        assert one.number not in said
        assert [a.people for a in staged(on=date(2026, 11, 22), seen_by=actor(Role.POINT_OF_CONTACT, of=MERIDIA))] == [1]

    def test_nobody_without_a_part_in_it_finds_anything(self, client):
        course(1, day=PAST)
        signed_in(client, "out", Role.HEAD_OF_DELEGATION, OUTLAND)

        assert "Activities your people are accepted for" in client.get("/attendance/").content.decode()


class TestSheet:
    @pytest.mark.fault("F3", "F30")
    @pytest.mark.parametrize(
        ("role", "of", "status", "own", "foreign", "names"),
        [
            (Role.PROVIDER, LAKE_CENTRE, 200, True, True, True),
            (Role.POINT_OF_CONTACT, LAKELAND, 200, True, False, True),
            (Role.HEAD_OF_DELEGATION, LAKELAND, 200, True, False, True),
            (Role.POINT_OF_CONTACT, MERIDIA, 200, False, True, True),
            (Role.MENU_MANAGER, HEADQUARTERS, 200, True, True, False),
            (Role.DESK_OFFICER, HEADQUARTERS, 200, True, True, False),
            (Role.ADMINISTRATOR, HEADQUARTERS, 200, True, True, False),
            (Role.AUDITOR, HEADQUARTERS, 200, True, True, False),
            (Role.PROVIDER, OUTLAND, 404, False, False, False),
            (Role.POINT_OF_CONTACT, OUTLAND, 404, False, False, False),
        ],
    )
    def test_who_sees_which_lines_and_which_names(self, client, role, of, status, own, foreign, names):
        what = course(day=PAST)
        signed_in(client, "reader", role, of)

        answer = client.get(f"/attendance/{what.number}/")

        said = readable(answer)
        assert answer.status_code == status
        assert ("XLA-00100" in said, "XME-00200" in said or "XME-00100" in said, "Ann" in said) == (own, foreign, names)
        assert Reading.objects.filter(login="reader").exists() is names
        assert ("All others present" in said) is (role == Role.PROVIDER and of == LAKE_CENTRE)

    def test_a_tap_is_saved_alone_and_comes_back_as_its_cell(self, centre):
        what = course(day=PAST)
        body = tap(what)

        answer = centre.post(f"/attendance/{what.number}/mark/", body, **HTMX)

        said = answer.content.decode()
        assert said.strip().startswith(f'<form id="c{body["nomination"]}-1"')
        assert said.count('aria-pressed="true"') == 1
        assert 'name="version" value="1"' in said
        assert Presence.objects.get().state == "present"

    def test_counts_follow_the_taps_without_a_reload(self, centre):
        what = course(day=PAST)
        body = tap(what)

        answer = centre.post(f"/attendance/{what.number}/mark/", body, **HTMX)

        page = centre.get(f"/attendance/{what.number}/").content.decode()
        assert answer["HX-Trigger"] == "sheet-marked"
        assert 'hx-trigger="sheet-marked from:body delay:2s" hx-select="#parts" hx-select-oob="#closing,#headline"' in page
        assert page.count('id="parts"') == page.count('id="closing"') == 1

    def test_it_works_without_scripts(self, centre):
        what = course(day=PAST)
        body = tap(what)

        answer = centre.post(f"/attendance/{what.number}/mark/", body)

        assert answer["Location"] == f"/attendance/{what.number}/#p{body['nomination']}"

    @pytest.mark.fault("F18")
    def test_two_hands_lose_nothing_and_the_second_sees_what_stands(self, centre):
        what = course(day=PAST)
        centre.post(f"/attendance/{what.number}/mark/", tap(what, to="excused"), **HTMX)

        answer = centre.post(f"/attendance/{what.number}/mark/", tap(what, to="absent"), **HTMX)
        page = centre.post(f"/attendance/{what.number}/mark/", tap(what, to="absent"))

        assert answer.status_code == page.status_code == 422
        for said in (answer.content.decode(), page.content.decode()):
            assert "was marked “Excused” by centre in the meantime" in said
        assert 'name="version" value="1"' in answer.content.decode()
        assert Presence.objects.get().state == "excused"

    @pytest.mark.parametrize("wrong", [{"to": "late"}, {"nomination": "x"}, {"part": ""}, {"version": "-1"}])
    def test_a_tap_that_cannot_be_changes_nothing(self, centre, wrong):
        what = course(day=PAST)

        assert centre.post(f"/attendance/{what.number}/mark/", tap(what) | wrong, **HTMX).status_code == 422
        assert not Presence.objects.exists()

    def test_everybody_else_is_marked_the_sheet_closed_and_opened_again(self, centre):
        what = course(day=PAST)
        address = f"/attendance/{what.number}/"
        centre.post(f"{address}mark/", tap(what, to="absent"))

        refused = centre.post(f"{address}close/")
        assert refused.status_code == 422
        assert "Not decided yet" in refused.content.decode()
        assert centre.post(f"{address}others/", {"part": "1"}).status_code == 302
        assert centre.post(f"{address}rule/", {"rule": "each"}).status_code == 302
        grade = {"nomination": what.nominations.order_by("pk")[1].pk, "passed": "yes"}
        assert centre.post(f"{address}grade/", grade).status_code == 302
        assert centre.post(f"{address}close/").status_code == 302

        said = centre.get(address).content.decode()
        assert "Did not come" in said
        assert "Passed" in said
        assert '<button name="to"' not in said
        assert centre.post(f"{address}reopen/", {"reason": ""}).status_code == 422
        assert centre.post(f"{address}reopen/", {"reason": "A mistake."}).status_code == 302
        assert centre.post(f"{address}reopen/", {"reason": "Again."}).status_code == 422
        assert Sheet.objects.get().reason == "A mistake."
        assert centre.post(f"{address}grade/", {"nomination": "x"}).status_code == 302

    def test_before_it_begins_nothing_can_be_tapped(self, centre):
        what = course(day=date(2099, 3, 2))

        said = centre.get(f"/attendance/{what.number}/").content.decode()

        assert "not begun" in said
        assert '<button name="to"' not in said
        assert "Close the sheet" not in said
        assert centre.post(f"/attendance/{what.number}/others/", {"part": "7"}).status_code == 404
        assert centre.post(f"/attendance/{what.number}/others/", {"part": "x"}).status_code == 409

    @pytest.mark.fault("F7")
    def test_nobody_else_writes_on_it(self, client):
        what = course(day=PAST)
        signed_in(client, "mara", Role.POINT_OF_CONTACT, LAKELAND)
        address = f"/attendance/{what.number}/"

        for rest, body in (
            ("mark/", tap(what)), ("others/", {"part": "1"}), ("grade/", tap(what) | {"passed": "yes"}), ("rule/", {"rule": "any"}),
            ("close/", {}), ("reopen/", {"reason": "Mine."}), ("import/", {}), ("certificates/", {}), ("instructions/issue/", {}),
        ):  # fmt: skip
            assert client.post(address + rest, body).status_code in (403, 409, 422), rest
        assert not Presence.objects.exists()
        assert not Sheet.objects.exists()

    def test_an_empty_sheet_says_what_to_do(self, centre):
        what = nominations.course(3, day=PAST)

        assert "Nobody is accepted yet" in centre.get(f"/attendance/{what.number}/").content.decode()


class TestQueries:
    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("people", [5, 50])
    def test_the_number_of_queries_never_grows_with_people(self, centre, people, django_assert_max_num_queries):
        what = course(day=PAST, people=people)
        menu.part(what, kind="online")
        menu.part(what)
        everybody(what, parts=1)
        address = f"/attendance/{what.number}/"

        with django_assert_max_num_queries(15):
            centre.get("/attendance/")
        with django_assert_max_num_queries(15):
            centre.get(address)
        with django_assert_max_num_queries(15):
            centre.get(f"{address}instructions/")
        with django_assert_max_num_queries(15):
            centre.get(f"{address}certificates/")

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("people", [5, 50])
    def test_a_tap_stays_small(self, centre, people, django_assert_max_num_queries):
        what = course(day=PAST, people=people)
        centre.post(f"/attendance/{what.number}/mark/", tap(what), **HTMX)

        with django_assert_max_num_queries(15):
            centre.post(f"/attendance/{what.number}/mark/", tap(what, 1), **HTMX)
        with django_assert_max_num_queries(15):
            centre.post(f"/attendance/{what.number}/mark/", tap(what, 1, to="absent", version=1), **HTMX)


def test_the_administrator_of_the_house_opens_no_names(client):
    what = course(day=PAST)
    client.force_login(person("boss", Role.ADMINISTRATOR, of=HEADQUARTERS))

    assert "Ann" not in readable(client.get(f"/attendance/{what.number}/"))
    assert ADMINISTRATOR.may("RUN_ACTIVITIES")
