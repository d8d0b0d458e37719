"""Plans: drafted at once and then with a proof, never moving what a person fixed, and reckoned after every change."""

import pytest

from comity.accounts.rules import Role
from comity.programmes.acts import plans
from comity.programmes.models import Goal, PlanLine
from tests.world import menu
from tests.world.cast import LAKELAND, person, the_world
from tests.world.plans import course, goal, plan
from tests.world.requests import ASKING, contact

pytestmark = pytest.mark.django_db
BY = contact()


@pytest.fixture
def year():
    """An edition with three courses that bring five units each."""
    the_world()
    made = menu.edition(2027)
    for number in (1, 2, 3):
        course(made, number)
    return made


def test_a_plan_is_drafted_at_once_from_goals_and_menu(year):
    goal(units=15)
    begun = plan()

    plans.draft(begun, by=BY, at=ASKING)

    begun.refresh_from_db()
    assert begun.outcome["goals"][0]["reached"] == 15
    assert sum(n.people * n.units for n in PlanLine.objects.all()) >= 15
    assert begun.outcome["breaches"] == []
    assert begun.proof["how"] == "preview"


def test_the_page_shows_the_draft(year, client):
    client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
    goal(units=15)

    assert "Begin a plan" in client.get("/programmes/plans/XLA/").content.decode()
    client.post("/programmes/plans/xla/begin/")
    client.post("/programmes/plans/xla/draft/")
    shown = client.get("/programmes/plans/XLA/").content.decode()

    assert "15 of 15 units" in shown
    assert "Cyber course" in shown
    for path in ("limits/", "menu/"):
        assert client.get(f"/programmes/plans/XLA/{path}").status_code == 200
    for path in ("/programmes/goals/", "/programmes/goals/new/XLA/", f"/programmes/goals/{Goal.objects.get().pk}/"):
        assert client.get(path).status_code == 200
