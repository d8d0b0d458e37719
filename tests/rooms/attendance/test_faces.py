"""The same acts through the API and on the terminal."""

import json
from datetime import date

import pytest

from comity.accounts.rules import Role
from comity.attendance import cli
from comity.attendance.acts import sheets
from comity.attendance.models import Certificate, Presence, Sheet
from tests.world.attendance import AFTER, course, everybody, fresh
from tests.world.cast import LAKE_CENTRE, LAKE_CONTACT, MERIDIA, MERIDIA_CONTACT, PROVIDER, person, the_world
from tests.world.terminal import outcome as run

pytestmark = pytest.mark.django_db
API = "/api/v1"
PAST = date(2026, 11, 2)


@pytest.fixture
def centre(client):
    """The centre that runs the courses, calling from a browser session."""
    the_world()
    client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
    return client


def send(client, method, path, **body):
    return client.generic(method.upper(), f"{API}{path}", json.dumps(body), content_type="application/json")


class TestApi:
    def test_a_sheet_is_read_marked_closed_and_certified_by_numbers_alone(self, centre):
        what = course(day=PAST)

        listed = centre.get(f"{API}/attendance").json()["items"]
        assert [(s["number"], s["state"], s["people"]) for s in listed] == [(what.number, "open", 3)]
        told = centre.get(f"{API}/attendance/{what.number}")
        assert "Ann" not in told.content.decode()
        for line in told.json()["lines"]:
            made = send(centre, "put", f"/attendance/{what.number}/presences", nomination=line["nomination"], to="present")
            assert (made.json()["state"], made.json()["version"]) == ("present", 1)

        closed = send(centre, "post", f"/attendance/{what.number}/close").json()
        assert {line["result"] for line in closed["lines"]} == {"attended"}
        issued = send(centre, "post", f"/attendance/{what.number}/certificates").json()
        assert len(issued) == 3
        assert set(issued[0]) == {"id", "number", "activity", "person", "party", "issued_at", "revoked_at"}

    @pytest.mark.fault("F18")
    def test_a_stale_mark_is_refused_with_its_code(self, centre):
        what = course(day=PAST)
        pk = what.nominations.all()[0].pk
        send(centre, "put", f"/attendance/{what.number}/presences", nomination=pk, to="absent")

        stale = send(centre, "put", f"/attendance/{what.number}/presences", nomination=pk, to="present")

        assert (stale.status_code, stale.json()["code"]) == (409, "marked-meanwhile")
        assert send(centre, "put", f"/attendance/{what.number}/presences", nomination=pk, to="late").status_code == 422

    @pytest.mark.fault("F3", "F7")
    def test_a_party_reads_its_own_people_and_certificates(self, client):
        what = course(day=PAST)
        everybody(what)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        run(cli.attendance, "certificates", what.number, by=PROVIDER)
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of=MERIDIA))

        told = client.get(f"{API}/attendance/{what.number}").json()
        assert {line["party"] for line in told["lines"]} == {MERIDIA}
        assert [s["people"] for s in client.get(f"{API}/attendance").json()["items"]] == [1]
        assert {c["party"] for c in client.get(f"{API}/certificates?activity={what.number}").json()["items"]} == {MERIDIA}
        assert send(client, "post", f"/attendance/{what.number}/close").status_code == 409
        foreign = what.nominations.filter(party="XLA")[0].pk
        assert send(client, "put", f"/attendance/{what.number}/presences", nomination=foreign, to="absent").status_code == 409

    @pytest.mark.fault("F4")
    def test_strangers_get_nothing(self, client):
        what = course(day=PAST)

        for path in ("/attendance", f"/attendance/{what.number}", "/certificates"):
            assert client.get(f"{API}{path}").status_code == 401


class TestTerminal:
    def test_a_sheet_is_shown_closed_and_certified(self):
        what = course(day=PAST)
        everybody(what)

        code, told = run(cli.attendance, "show", what.number, "--format", "json", by=PROVIDER)
        assert (code, told["state"], told["people"][0]["result"]) == (0, "open", "attended")
        code, told = run(cli.attendance, "close", what.number, "--format", "json", by=PROVIDER)
        assert (code, told["state"], told["attended"]) == (0, "closed", 3)
        code, told = run(cli.attendance, "certificates", what.number, "--format", "json", by=PROVIDER)
        assert (code, told["issued"], len(told["certificates"])) == (0, 3, 3)
        assert Certificate.objects.count() == 3

    @pytest.mark.fault("F7")
    def test_others_are_refused(self):
        what = course(day=PAST)

        for by in (LAKE_CONTACT, MERIDIA_CONTACT):
            with pytest.raises(Exception, match="is run by somebody else"):
                run(cli.attendance, "close", what.number, by=by)
        assert not Sheet.objects.exists()
        assert not Presence.objects.exists()
