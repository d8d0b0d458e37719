"""The demonstration's goals and plans: invented, marked so, drafted by the planner, and built once."""

import pytest

from comity.packs.demonstration import plans as demonstration
from comity.plans.models import Plan, Proposal
from comity.programmes.models import Goal
from tests.world import menu
from tests.world.cast import ADMINISTRATOR, party, the_world
from tests.world.plans import area, course, objective
from tests.world.requests import ASKING

pytestmark = pytest.mark.django_db


def test_three_partners_have_goals_and_a_plan_that_are_marked_as_invented():
    the_world()
    area()
    year = menu.edition(2027)
    for number in (1, 2, 3):
        course(year, number)
    for code in demonstration.PARTIES:
        party(code)
        objective(code)

    for _time in range(2):
        assert demonstration.build(ADMINISTRATOR, ASKING) == 3

    assert {g.party_id for g in Goal.objects.filter(is_demonstration=True)} == set(demonstration.PARTIES)
    assert all(g.title_en.startswith("Demonstration goal: ") for g in Goal.objects.all())
    assert all(p.lines.exists() and p.away_cap == 6 for p in Plan.objects.all())
    assert Proposal.objects.filter(state="ordered").count() == 3


def test_without_objectives_nothing_is_built():
    the_world()
    party("MDA")
    assert demonstration.build(ADMINISTRATOR, ASKING) == 0
