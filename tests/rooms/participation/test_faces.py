"""The same acts through the API and on the terminal."""

import json

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Edition
from comity.kernel.refusals import NotFound
from comity.participation import cli
from comity.participation.acts import rounds
from comity.participation.models import Line, Request, Round
from tests.world.cast import LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, person, the_world
from tests.world.requests import AFTER, activity, drawn_up, edition, everybody_asks, objective, rule, submitted
from tests.world.terminal import outcome as run

API = "/api/v1"
LATE = AFTER.replace(year=2099)


@pytest.fixture
def year(db) -> Edition:
    """An edition that takes requests until long after today."""
    the_world()
    return edition(closing_at=LATE)


@pytest.fixture
def closed(db) -> Edition:
    """An edition whose deadline has passed."""
    the_world()
    return edition()


@pytest.fixture
def contact(client, db):
    """Lakeland's point of contact, calling from a browser session."""
    client.force_login(person("poc-lake", Role.POINT_OF_CONTACT, of=LAKELAND))
    return client


def send(client, method, path, **body):
    """One call of the API with a JSON body."""
    return client.generic(method.upper(), f"{API}{path}", json.dumps(body), content_type="application/json")


def test_a_request_is_made_changed_submitted_and_withdrawn_through_the_api(contact, year):
    course = activity(year)
    made = send(contact, "post", "/requests", activity=course.number, edition=2027, places=2, priority=1)
    assert made.status_code == 201
    pk = made.json()["id"]
    assert send(contact, "patch", f"/requests/{pk}", places=3, version=1).json()["places"] == 3
    stale = send(contact, "patch", f"/requests/{pk}", places=4, version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "changed-meanwhile")
    assert send(contact, "post", f"/requests/{pk}/submit").json()["state"] == "submitted"
    assert contact.get(f"{API}/requests/{pk}").json()["objective"] is None
    assert send(contact, "post", f"/requests/{pk}/withdraw").json()["state"] == "withdrawn"
    assert [r["id"] for r in contact.get(f"{API}/requests?edition=2027&state=withdrawn&party=xla").json()["items"]] == [pk]
    assert send(contact, "patch", f"/requests/{pk}", places=0).status_code == 422


def test_an_idempotent_call_makes_one_request(contact, year):
    body = {"activity": activity(year).number, "edition": 2027}
    for _ in range(2):
        answer = contact.post(
            f"{API}/requests", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": "k1"}
        )
        assert answer.status_code == 201
    assert Request.objects.count() == 1


@pytest.mark.fault("F3", "F7")
def test_what_belongs_to_others_is_not_found_through_the_api(contact, year):
    foreign, course = submitted(activity(year, 1), MERIDIA), activity(year, 2)
    assert contact.get(f"{API}/requests").json()["items"] == []
    for method, path in (("get", ""), ("patch", ""), ("post", "/submit"), ("post", "/withdraw")):
        assert (
            send(contact, method, f"/requests/{foreign.pk}{path}", **({"places": 1} if method == "patch" else {})).status_code
            == 404
        )
    stolen = objective(MERIDIA).pk
    answer = send(contact, "post", "/requests", activity=course.number, edition=2027, objective=stolen)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert not Request.objects.filter(party=LAKELAND).exists()
    own = objective(LAKELAND).pk
    made = send(contact, "post", "/requests", activity=course.number, edition=2027, objective=own).json()
    assert send(contact, "patch", f"/requests/{made['id']}", objective=stolen).status_code == 404
    assert send(contact, "patch", f"/requests/{made['id']}", funding=None, objective=None).json()["objective"] is None
    assert contact.get(f"{API}/requests/99999999999999999999999").status_code in (404, 422)


@pytest.mark.fault("F4")
@pytest.mark.parametrize("path", ["/requests", "/requests/1", "/rounds", "/rounds/1/lines", "/programmes"])
def test_a_stranger_is_asked_to_sign_in(client, year, path):
    assert client.get(f"{API}{path}").status_code == 401


@pytest.mark.fault("F3")
def test_lines_are_read_through_the_api_in_the_readers_words(contact, closed):
    everybody_asks(activity(closed))
    drawn = drawn_up(closed)
    assert contact.get(f"{API}/rounds").json()["items"] == []
    assert contact.get(f"{API}/rounds/{drawn.pk}/lines").status_code == 404
    rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)
    assert [r["id"] for r in contact.get(f"{API}/rounds").json()["items"]] == [drawn.pk]
    [line] = contact.get(f"{API}/rounds/{drawn.pk}/lines").json()["items"]
    assert line["party"] == LAKELAND
    assert "Course 1" in line["why"]
    assert contact.get(f"{API}/rounds/{drawn.pk}/lines?outcome=cancelled").json()["items"] == []


def test_requests_are_imported_on_the_terminal_after_a_preview(year, tmp_path):
    activity(year, 1)
    sheet = tmp_path / "requests.csv"
    sheet.write_text("activity,party,places,priority\nXHQ.0001.01,XLA,2,1\nXHQ.0009.01,XLA,2,1\nXHQ.0001.01,QQQ,2,9\n", "utf-8")
    words = ("import", sheet, "--edition", 2027, "--format", "json")

    status, told = run(cli.requests_group, *words)
    assert (status, told["rows"], told["new"], Request.objects.count()) == (0, 3, 1, 0)
    assert {(r["row"], r["column"]) for r in told["rejected"]} >= {(3, "activity"), (4, "priority")}
    assert run(cli.requests_group, *words, "--apply")[1]["applied"] is True
    assert Request.objects.get().places == 2


def test_a_party_that_is_none_is_rejected_row_by_row(year, tmp_path):
    activity(year, 1)
    sheet = tmp_path / "requests.csv"
    sheet.write_text("activity,party,places\nXHQ.0001.01,QQQ,2\n", "utf-8")
    told = run(cli.requests_group, "import", sheet, "--edition", 2027, "--apply", "--format", "json")[1]
    assert (told["new"], told["rejected"][0]["column"]) == (0, "party")


def test_a_round_is_drawn_up_published_replayed_and_explained_on_the_terminal(closed):
    course = activity(closed)
    everybody_asks(course)
    rule()
    as_json = ("--format", "json")
    status, one = run(cli.rounds_group, "draw-up", "--edition", 2027, "--rule", "weighted", "--seed", 5, *as_json, by=MENU_MANAGER)
    assert (status, one["granted"], one["state"], one["seed"]) == (0, 10, "drawn_up", 5)
    assert run(cli.rounds_group, "replay", one["round"], *as_json)[1]["same"] is True
    assert run(cli.rounds_group, "publish", one["round"], *as_json)[1]["state"] == "published"
    words = ("explain", "--party", "xla", "--activity", course.number, *as_json)
    assert run(cli.rounds_group, *words, by=LAKE_CONTACT)[1]["party"] == LAKELAND
    assert "Course 1" in run(cli.rounds_group, *words, "--round", one["round"], "--language", "fr")[1]["why"]
    with pytest.raises(NotFound):
        run(cli.rounds_group, "explain", "--party", MERIDIA, "--activity", course.number, by=LAKE_CONTACT)


def test_a_replay_that_differs_exits_with_one(closed):
    everybody_asks(activity(closed))
    drawn = drawn_up(closed)
    Line.objects.filter(round=drawn, outcome="granted").update(funded=0, self_paid=1)
    status, told = run(cli.rounds_group, "replay", drawn.pk, "--format", "json")
    assert (status, told["same"], told["differs"]) == (1, False, ["lines"])
    assert Round.objects.get().state == "drawn_up"
