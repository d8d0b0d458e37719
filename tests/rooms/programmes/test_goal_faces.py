"""Goals through the API and the terminal: the same acts, the same refusals, nothing of another party."""

import json

import pytest

from comity.accounts.rules import Role
from comity.programmes import cli
from comity.programmes.models import Goal
from tests.world.cast import AUDITOR, LAKELAND, MERIDIA, person, the_world
from tests.world.plans import area, goal
from tests.world.terminal import run

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def kept():
    """A goal of Lakeland."""
    the_world()
    return goal(units=15)


class TestApi:
    def ask(self, client, method: str, path: str, **body):
        return client.generic(method, f"{API}{path}", json.dumps(body) if body else "", content_type="application/json")

    def test_a_goal_is_set_listed_and_read(self, kept, client):
        client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
        given = {"objective": Goal.objects.get().objective_id, "number": 2, "title_en": "Second", "area": area().code, "units": 5}
        made = self.ask(client, "POST", "/goals", **given, deadline="2029-06")
        assert (made.status_code, made.json()["deadline"]) == (201, "2029-06")
        assert [g["number"] for g in client.get(f"{API}/goals?party=xla").json()["items"]] == [1, 2]
        assert client.get(f"{API}/goals/{made.json()['id']}").json()["area"] == area().code
        refused = self.ask(client, "POST", "/goals", **{**given, "area": "nothing"}, deadline="2029")
        assert refused.json()["code"] == "no-such-area"
        assert self.ask(client, "POST", "/goals", **given, deadline="2029-13").status_code == 422
        assert client.get(f"{API}/goals/{2**70}").status_code == 404

    @pytest.mark.fault("F3", "F7")
    def test_what_belongs_to_others_is_not_found(self, kept, client):
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of=MERIDIA))
        assert client.get(f"{API}/goals/{kept.pk}").status_code == 404
        assert client.get(f"{API}/goals").json()["items"] == []


class TestTerminal:
    def test_goals_are_imported_after_a_preview(self, kept, tmp_path):
        file = tmp_path / "goals.csv"
        file.write_text(f"number,objective,title_en,area,units,deadline\n2,1,Second,{area().code},20,2029\n3,9,x,y,0,z\n")
        told = json.loads(run(cli.goals_group, "import", file, "--party", "XLA").stdout)
        assert (told["new"], told["applied"], {r["column"] for r in told["rejected"]}) == (
            1, False, {"objective", "area", "units", "deadline"},
        )  # fmt: skip
        assert json.loads(run(cli.goals_group, "import", file, "--party", "XLA", "--apply").stdout)["applied"]
        assert Goal.objects.get(number=2).units == 20
        assert run(cli.goals_group, "import", file, "--party", "XLA", by=AUDITOR).exception is not None
