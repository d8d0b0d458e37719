"""Plans through pages, the API and the terminal: the same acts, the same refusals, nothing of another party."""

import json
import re
from datetime import UTC, datetime

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.kernel.refusals import NotFound
from comity.plans import cli, jobs
from comity.plans.models import Plan, PlanLine, Proposal
from comity.plans.queries.pictures import MOST_UNFOLDED
from comity.programmes.models import Goal
from tests.world import menu
from tests.world.cast import HEADQUARTERS, LAKELAND, MERIDIA, MERIDIA_CONTACT, person, the_world
from tests.world.plans import course, goal, plan
from tests.world.requests import contact
from tests.world.terminal import run

pytestmark = pytest.mark.django_db
API = "/api/v1"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def year():
    """An edition with three courses, and a goal of Lakeland."""
    the_world()
    made = menu.edition(2027, closes_at=datetime(2099, 1, 1, tzinfo=UTC))
    for number in (1, 2, 3):
        course(made, number)
    goal(units=15)
    return made


@pytest.fixture
def reader(client, year):
    """The point of contact of Lakeland, signed in."""
    client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
    return client


@pytest.fixture
def drafted(reader):
    """A plan begun and drafted on its page."""
    reader.post("/programmes/plans/xla/begin/")
    reader.post("/programmes/plans/xla/draft/")
    return Plan.objects.get()


def words(answer) -> str:
    return answer.content.decode()


def press(client, change: str, **more):
    return client.post("/programmes/plans/XLA/change/", {"change": change, **more}, headers=HTMX)


def unfolded(answer) -> list[str]:
    """The years whose lines are shown without being asked for."""
    return re.findall(r'<details class="chapter" open><summary>.*?<b>(\d+)</b>', words(answer), re.DOTALL)


class TestPages:
    def test_whoever_has_no_plan_is_told_how_to_begin(self, reader):
        assert "Begin a plan" in words(reader.get("/programmes/plans/XLA/"))
        assert reader.get("/programmes/plans/")["Location"] == "/programmes/plans/XLA/"
        Goal.objects.all().delete()
        assert "First the goals" in words(reader.get("/programmes/plans/XLA/"))
        assert reader.post("/programmes/plans/XLA/draft/").status_code == 404

    def test_a_draft_shows_goals_lines_months_weeks_budgets_and_what_is_assumed(self, drafted, reader):
        shown = words(reader.get("/programmes/plans/XLA/"))
        for told in (
            "15 of 15 units",
            "Cyber course",
            "Month by month",
            "Away at once",
            "Budgets",
            "What is assumed",
            "Drafted in",
        ):
            assert told in shown
        assert f'hx-get="/programmes/proposals/{Proposal.objects.get().pk}/"' in shown
        assert "Send 2027 into the basket" in shown

    def test_the_headway_is_asked_for_until_the_proof_stands(self, drafted, reader):
        address = f"/programmes/proposals/{Proposal.objects.get().pk}/"
        assert "Waiting for a worker" in words(reader.get(address, headers=HTMX))
        jobs.work_out_ordered(str(Proposal.objects.get().pk))
        assert reader.get(address, headers=HTMX)["HX-Redirect"] == "/programmes/plans/XLA/"
        assert reader.get(address)["Location"] == "/programmes/plans/XLA/"
        assert "Proved in" in words(reader.get("/programmes/plans/XLA/"))

    def test_nobody_has_to_wait_for_a_proof(self, drafted, reader):
        address = f"/programmes/proposals/{Proposal.objects.get().pk}/"
        assert "Do not wait for it" in words(reader.get("/programmes/plans/XLA/"))
        reader.post(address, {"drop": "1"})
        jobs.work_out_ordered(str(Proposal.objects.get().pk))
        assert (Proposal.objects.get().state, Plan.objects.get().proof["how"]) == ("dropped", "preview")

    def test_a_line_is_changed_by_the_button_that_is_pressed_and_undone(self, drafted, reader):
        line = PlanLine.objects.first()
        key = f"{line.activity_id}:{line.year}"
        shown = words(press(reader, f"send:{key}:9"))
        assert "places are likely" in shown
        assert shown.lstrip().startswith('<div id="plan">')
        press(reader, f"free:{key}")
        assert PlanLine.objects.get(activity=line.activity_id, year=line.year).state == "proposed"
        press(reader, f"fix:{key}")
        press(reader, f"send:{key}:0")
        assert "Removed by hand" in words(reader.get("/programmes/plans/XLA/"))
        assert "undone" in words(reader.post("/programmes/plans/XLA/undo/", headers=HTMX))
        assert reader.post("/programmes/plans/XLA/undo/")["Location"] == "/programmes/plans/XLA/"

    def test_the_lines_of_the_year_worked_in_are_unfolded(self, drafted, reader):
        activity, first = Activity.objects.get(number="XHQ.0003.01").pk, str(PlanLine.objects.first().year)
        for year in (2029, 2030):
            press(reader, "add", activity=activity, year=year, people=1)
        assert unfolded(reader.get("/programmes/plans/XLA/")) == [first]
        assert unfolded(reader.get("/programmes/plans/XLA/?year=2030")) == ["2030"]
        assert unfolded(press(reader, f"send:{activity}:2029:2")) == ["2029"]
        assert unfolded(reader.post("/programmes/plans/XLA/undo/", {"year": "2029"}, headers=HTMX)) == ["2029"]
        assert unfolded(reader.get("/programmes/plans/XLA/?year=²²²²")) == [first]
        sent = reader.post("/programmes/plans/XLA/change/", {"change": f"fix:{activity}:2029"})
        assert sent["Location"] == "/programmes/plans/XLA/?year=2029#lines"

    def test_a_long_plan_begins_folded_and_says_what_each_year_comes_to(self, drafted, reader, year):
        PlanLine.objects.bulk_create(
            PlanLine(
                plan=drafted, activity=course(year, 10 + n), year=2030, people=2, starts_on="2030-02-01", ends_on="2030-02-05",
                units=5, cost=1000,
            )
            for n in range(MOST_UNFOLDED)
        )  # fmt: skip
        shown = reader.get("/programmes/plans/XLA/")
        assert unfolded(shown) == []
        assert unfolded(reader.get("/programmes/plans/XLA/?year=2030")) == ["2030"]
        assert "40 activities · 80 people · " in words(shown)
        assert "40 to note" in words(shown)

    def test_a_button_nobody_made_changes_nothing(self, drafted, reader):
        before = list(PlanLine.objects.values_list())
        for change in ("", "send:x:2027:1", "fix:²:2027", "send:99999999999:2027:1", "fix:1", "add"):
            assert press(reader, change).status_code in (404, 409, 422)
        assert list(PlanLine.objects.values_list()) == before

    def test_something_is_added_from_what_the_menu_has_for_a_goal(self, drafted, reader):
        found = words(reader.get("/programmes/plans/XLA/menu/?q=0001"))
        assert ("Cyber course 1" in found, "Cyber course 2" in found) == (True, False)
        activity = Activity.objects.get(number="XHQ.0003.01").pk
        press(reader, "add", activity=activity, year=2028, people=2)
        assert PlanLine.objects.get(activity=activity, year=2028, state="fixed").people == 2
        assert "Nothing on the menu" in words(reader.get(f"/programmes/plans/XLA/menu/?q=zzz&goal={Goal.objects.get().pk}"))

    def test_limits_are_set_and_what_is_left_empty_sets_none(self, drafted, reader):
        given = {"first_year": 2027, "years": 4, "away_cap": "", "budget_0": 500, "budget_1": 500, "budget_2": 500, "speakers_2": 4}
        assert reader.post("/programmes/plans/XLA/limits/", {**given, "years": 9}).status_code == 422
        reader.post("/programmes/plans/XLA/limits/", given)
        kept = Plan.objects.get()
        assert (kept.budgets, kept.away_cap, kept.speakers) == ([500, 500, 500, None], None, [None, None, 4, None, None])
        assert "thing" in words(reader.get("/programmes/plans/XLA/"))

    def test_a_variant_is_kept_looked_at_and_gone_back_to(self, drafted, reader):
        reader.post("/programmes/plans/XLA/keep/", {"name": "Calm"})
        kept = Plan.objects.get(state="variant")
        address = f"/programmes/variants/{kept.pk}/"
        assert "Go back to this" in words(reader.get(address))
        assert reader.post("/programmes/plans/XLA/keep/", {"name": ""}).status_code in (409, 422)
        reader.post(address)
        assert "went back to the variant" in words(reader.get("/programmes/plans/XLA/"))
        assert reader.get(f"/programmes/variants/{drafted.pk}/")["Location"] == "/programmes/plans/XLA/"

    def test_the_rest_is_ordered_anew_looked_at_and_taken_or_dropped(self, drafted, reader):
        jobs.work_out_ordered(str(Proposal.objects.get().pk))
        line = drafted.lines.first()
        press(reader, f"send:{line.activity_id}:{line.year}:0")
        for button, state in (("drop", "dropped"), ("take", "taken")):
            address = reader.post("/programmes/plans/XLA/anew/")["Location"]
            jobs.work_out_ordered(str(Proposal.objects.first().pk))
            assert reader.get(address, headers=HTMX)["HX-Redirect"] == address
            assert "Take it" in words(reader.get(address))
            assert "Look at the difference" in words(reader.get("/programmes/plans/XLA/"))
            reader.post(address, {button: "1"})
            assert Proposal.objects.first().state == state

    def test_why_a_goal_is_missed_and_what_would_help_is_said_with_a_way_there(self, drafted, reader):
        given = {"first_year": 2027, "years": 4, "away_cap": 1, **{f"budget_{n}": 1000 for n in range(4)}}
        reader.post("/programmes/plans/XLA/limits/", given)
        line = PlanLine.objects.first()
        press(reader, f"send:{line.activity_id}:{line.year}:0")
        assert "Why is said once the planner has worked the plan out." in words(reader.get("/programmes/plans/XLA/"))
        reader.post("/programmes/plans/XLA/undo/")
        Proposal.objects.update(state="dropped")
        reader.post("/programmes/plans/XLA/draft/")
        jobs.work_out_ordered(str(Proposal.objects.first().pk))
        shown = words(reader.get("/programmes/plans/XLA/"))
        assert "1 goal is not met" in shown
        assert "5 of 15 units are missing." in shown
        assert "Even if it were the only goal, it could not be met." in shown
        assert "/programmes/plans/XLA/limits/#budget_0" in shown

    @pytest.mark.fault("F3", "F7")
    def test_another_party_finds_nothing_and_an_auditor_changes_nothing(self, drafted, client):
        made = Proposal.objects.get()
        for who, role, of in (("zoe", Role.POINT_OF_CONTACT, MERIDIA), ("otto", Role.AUDITOR, HEADQUARTERS)):
            client.force_login(person(who, role, of=of))
            for path in ("begin/", "draft/", "anew/", "change/", "undo/", "keep/"):
                assert client.post(f"/programmes/plans/XLA/{path}", {"name": "x"}).status_code in (403, 404), path
        client.force_login(person("zora", Role.POINT_OF_CONTACT, of=MERIDIA))
        for path in ("plans/XLA/", "plans/XLA/limits/", "plans/XLA/menu/", f"proposals/{made.pk}/", f"variants/{drafted.pk}/"):
            assert client.get(f"/programmes/{path}").status_code == 404, path
        assert client.get("/programmes/together/1/").status_code == 404


class TestApi:
    def ask(self, client, method: str, path: str, **body):
        return client.generic(method, f"{API}{path}", json.dumps(body) if body else "", content_type="application/json")

    def test_a_plan_is_drafted_read_and_changed(self, reader):
        made = plan()
        drafted = self.ask(reader, "POST", f"/plans/{made.pk}/draft").json()
        assert (drafted["coverage"], drafted["breaches"]) == (100.0, [])
        assert reader.get(f"{API}/plans").json()["items"][0]["id"] == made.pk
        line = reader.get(f"{API}/plans/{made.pk}/lines").json()[0]
        told = self.ask(reader, "POST", f"/plans/{made.pk}/lines", activity=line["activity"], year=line["year"], people=9).json()
        assert told["breaches"][0]["code"] == "more_than_likely_seats"
        assert reader.get(f"{API}/plans/{made.pk}").json()["version"] == told["version"]

    @pytest.mark.fault("F3", "F7")
    def test_what_belongs_to_others_is_not_found(self, drafted, client):
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of=MERIDIA))
        for path in (f"/plans/{drafted.pk}", f"/plans/{drafted.pk}/lines"):
            assert client.get(API + path).status_code == 404
        assert client.get(f"{API}/plans?party=xla").json()["items"] == []
        sent = self.ask(client, "POST", f"/plans/{drafted.pk}/lines", activity=1, year=2027, people=1)
        assert sent.status_code == 404


class TestTerminal:
    def test_a_plan_is_drafted_proved_and_shown(self, year):
        told = json.loads(run(cli.plans_group, "draft", "--party", "xla").stdout)
        assert (told["coverage"], told["coverage_bound"], told["goals"]) == (
            100.0,
            100.0,
            [{"goal": 1, "needed": 15, "reached": 15}],
        )
        assert json.loads(run(cli.plans_group, "show", "--party", "XLA").stdout) == told
        assert isinstance(run(cli.plans_group, "show", "--party", "XLA", "--variant", "none").exception, NotFound)
        assert isinstance(run(cli.plans_group, "show", "--party", "XLA", by=MERIDIA_CONTACT).exception, NotFound)
        run(cli.plans_group, "draft", "--party", "XLA", by=contact())
        assert Plan.objects.count() == 1
