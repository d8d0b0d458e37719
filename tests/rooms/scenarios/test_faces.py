"""Scenarios through the API and on the terminal."""

import json

import pytest

from comity.accounts.rules import Role
from comity.config.rooms import command_groups
from comity.kernel.refusals import NotFound, NotPermitted
from comity.participation.acts import rounds
from comity.participation.models import Line
from comity.scenarios import cli, jobs
from comity.scenarios.models import Scenario, Study, Trial
from tests.rooms.scenarios.conftest import ordered, worked_out
from tests.world.cast import AUDITOR, HEADQUARTERS, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA, person
from tests.world.requests import AFTER, drawn_up, rule
from tests.world.terminal import outcome as run

pytestmark = pytest.mark.django_db
API = "/api/v1"
ORDER = {"edition": 2027, "rules": [{"name": "weighted"}], "self_pay_percent": [40], "budget_percent": [-20], "draws": 2, "seed": 7}


def send(client, path, **body):
    """One call of the API with a JSON body."""
    return client.post(f"{API}{path}", json.dumps(body), content_type="application/json")


def test_a_study_is_ordered_listed_read_and_called_off_through_the_api(manager, year):
    rule()
    made = send(manager, "/scenarios", **ORDER)
    assert (made.status_code, made.json()["state"]) == (201, "ordered")
    pk = made.json()["id"]
    assert [s["id"] for s in manager.get(f"{API}/scenarios?edition=2027").json()["items"]] == [pk]
    assert manager.get(f"{API}/scenarios?edition=2026").json()["items"] == []
    told = manager.get(f"{API}/scenarios/{pk}").json()
    assert len(told["scenarios"]) == 8
    assert told["scenarios"][0]["figures"]["granted"] is None
    assert told["scenarios"][2]["changes"] == "all pools −20 %"

    worked_out(Study.objects.get())

    first = manager.get(f"{API}/scenarios/{pk}").json()["scenarios"][0]
    kept = Scenario.objects.get(number=1)
    assert (first["figures"]["granted"], first["output_sha256"], first["seed"]) == (kept.counts["granted"], kept.output_sha256, 7)
    refused = manager.post(f"{API}/scenarios/{pk}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot-be-called-off")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"rules": []}, 422), ({"draws": 0}, 422), ({"self_pay_percent": [101]}, 422), ({"priority_weights": [[1, 2]]}, 422),
        ({"rules": [{"name": "lottery"}]}, 404), ({"edition": 1950}, 404), ({"pool": "P9"}, 409), ({"draws": 20}, 409),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused_through_the_api(manager, year, change, status):
    rule()
    assert send(manager, "/scenarios", **{**ORDER, **change}).status_code == status
    assert not Study.objects.exists()


@pytest.mark.fault("F3", "F4")
def test_others_find_no_study_through_the_api(contact, client, year):
    made = ordered(year)
    assert contact.get(f"{API}/scenarios").json()["items"] == []
    assert contact.get(f"{API}/scenarios/{made.pk}").status_code == 404
    assert send(contact, "/scenarios", **ORDER).status_code == 403
    client.logout()
    for path in ("/scenarios", f"/scenarios/{made.pk}", "/trials/1"):
        assert client.get(f"{API}{path}").status_code == 401
    assert send(client, "/rounds/1/lines/1/trials", lever="capacity", amount=1).status_code == 401


@pytest.mark.fault("F3")
def test_a_line_is_tried_out_through_the_api_by_its_own_party(contact, client, year):
    drawn = rounds.publish(drawn_up(year), by=MENU_MANAGER, at=AFTER)
    mine = Line.objects.get(request__party=LAKELAND, request__activity__number="XHQ.0002.01")
    foreign = Line.objects.get(request__party=MERIDIA, request__activity__number="XHQ.0002.01")

    made = send(contact, f"/rounds/{drawn.pk}/lines/{mine.pk}/trials", lever="capacity", amount=2)
    assert (made.status_code, made.json()["state"], made.json()["better"]) == (201, "ordered", None)
    jobs.try_out(made.json()["id"])
    told = contact.get(f"{API}/trials/{made.json()['id']}").json()

    assert (told["state"], told["better"], told["before"], told["others_moved"]) == ("done", True, [0, 0], 0)
    assert "you would have got 2 of 2 places" in told["says"]
    assert MERIDIA not in json.dumps(told)
    assert send(contact, f"/rounds/{drawn.pk}/lines/{foreign.pk}/trials", lever="capacity", amount=2).status_code == 404
    assert send(contact, f"/rounds/{drawn.pk}/lines/{mine.pk}/trials", lever="luck", amount=2).status_code == 422
    assert send(contact, f"/rounds/{drawn.pk}/lines/{mine.pk}/trials", lever="priority", amount=2).status_code == 409
    client.force_login(person("poc-mer", Role.POINT_OF_CONTACT, of=MERIDIA))
    assert client.get(f"{API}/trials/{Trial.objects.get().pk}").status_code == 404
    assert client.get(f"{API}/trials/{2**70}").status_code in (404, 422)


def test_a_study_is_ordered_worked_out_here_listed_and_shown_on_the_terminal(year):
    rule(), rule("max-min")
    words = (
        "--edition",
        2027,
        "--rule",
        "weighted",
        "--rule",
        "max-min:1",
        "--self-pay",
        40,
        "--weights",
        "9/5/1",
        "--budget",
        -20,
    )

    status, made = run(cli.scenarios_group, "order", *words, "--seed", 7, "--here", "--format", "json", by=MENU_MANAGER)

    assert (status, made["state"], len(made["scenarios"])) == (0, "done", 16)
    assert made["scenarios"][1]["changes"] == "all pools −20 %"
    listed = run(cli.scenarios_group, "list", "--edition", 2027, "--format", "json")[1]["studies"]
    assert [s["study"] for s in listed] == [made["study"]]
    assert run(cli.scenarios_group, "show", made["study"], "--format", "json", by=AUDITOR)[1] == made
    assert "state: done" in run(cli.scenarios_group, "show", made["study"])[1]
    # What its jobs find afterwards is done already.
    jobs.gather(str(made["study"]))
    assert Study.objects.get().state == "done"


def test_the_terminal_refuses_as_the_pages_do(year):
    rule()
    words = ("order", "--edition", 2027, "--rule", "weighted")
    assert run(cli.scenarios_group, *words, "--weights", "9/5")[0] == 2
    with pytest.raises(NotPermitted):
        run(cli.scenarios_group, *words, by=AUDITOR)
    with pytest.raises(NotFound):
        run(cli.scenarios_group, "order", "--edition", 2027, "--rule", "lottery")
    made = ordered(year)
    assert run(cli.scenarios_group, "list", "--format", "json", by=LAKE_CONTACT)[1]["studies"] == []
    with pytest.raises(NotFound):
        run(cli.scenarios_group, "show", made.pk, by=LAKE_CONTACT)


def test_two_rounds_are_compared_on_the_terminal_among_the_commands_of_rounds(two):
    group = command_groups()["rounds"]
    names = [command.name for command in group.registered_commands]
    assert names.count("compare") == 1
    assert {"draw-up", "publish", "replay", "explain"} < set(names)

    status, told = run(group, "compare", two[0].pk, two[1].pk, "--format", "json")

    assert (status, told["one"], told["figures"]["granted"]["one"]) == (0, two[0].pk, two[0].counts["granted"])
    assert told["figures"]["worst_share"]["other"] == two[1].fairness["worst"]
    assert set(told) == {"one", "other", "figures", "lines_changed", "parties"}
    assert HEADQUARTERS not in {p["party"] for p in told["parties"]}
