"""Milestones and supports of goals, and the markers that are followed through."""

import pytest

from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, NotPermitted
from comity.programmes.acts import milestones, steps
from comity.programmes.models import Goal, Milestone, Support
from comity.trail.models import Entry
from tests.world import programmes as world
from tests.world.cast import MERIDIA_CONTACT
from tests.world.programmes import DESK, LAKE, NOON
from tests.world.requests import activity, breaking, edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal() -> Goal:
    """A goal of a programme in force."""
    return world.goal(world.in_force())


def milestone(goal: Goal, **fields: object) -> Milestone:
    given = {"title_en": "Ten instructors", "due": PartialDate("2028-06"), "owner": "School", "by": LAKE, "at": NOON}
    return milestones.add(goal, **given | fields)


class TestMilestones:
    def test_it_says_what_by_when_and_how_it_is_measured(self, goal):
        made = milestone(goal, indicator="Instructors", baseline="0", target="10")

        assert (made.state, made.owner, made.due.text, made.target) == ("open", "School", "2028-06", "10")
        assert Entry.objects.first().act == "milestone.set"
        for wrong in ({"title_en": " "}, {"due": PartialDate()}):
            with pytest.raises(milestones.MilestoneNeedsTitleAndDate):
                milestone(goal, **wrong)

    def test_it_is_met_with_evidence_once(self, goal):
        made = milestone(goal)

        with pytest.raises(milestones.EvidenceMissing):
            milestones.meet(made, evidence=" ", by=LAKE, at=NOON)
        kept = milestones.meet(made, evidence="List of names", measured="11", by=LAKE, at=NOON)

        assert (kept.state, kept.measured, kept.settled_by) == ("met", "11", "lena")
        with pytest.raises(milestones.MilestoneIsSettled):
            milestones.miss(made, reason="x", by=LAKE, at=NOON)

    def test_it_is_missed_or_dropped_for_a_reason(self, goal):
        for act, state in ((milestones.miss, "missed"), (milestones.drop, "dropped")):
            made = milestone(goal)
            with pytest.raises(milestones.ReasonMissing):
                act(made, reason=" ", by=LAKE, at=NOON)
            assert act(made, reason="Too few people.", by=DESK, at=NOON).state == state

    def test_its_state_and_its_facts_go_together(self, goal):
        made = milestone(goal)

        with breaking("milestone_settled_iff_dated_and_signed"):
            Milestone.objects.filter(pk=made.pk).update(state="met", evidence="x")
        with breaking("milestone_missed_or_dropped_iff_for_a_reason"):
            Milestone.objects.filter(pk=made.pk).update(reason="x")

    @pytest.mark.fault("F3", "F7")
    def test_nobody_else_sets_or_settles_one(self, goal):
        made = milestone(goal)

        with pytest.raises((NotFound, NotPermitted)):
            milestone(goal, by=MERIDIA_CONTACT)
        with pytest.raises(NotFound):
            milestones.meet(made, evidence="x", by=MERIDIA_CONTACT, at=NOON)

    def test_a_goal_that_has_ended_takes_none(self, goal):
        steps.complete(goal, by=LAKE, at=NOON)

        with pytest.raises(steps.GoalHasEnded):
            milestone(goal)


class TestSupports:
    def test_an_activity_supports_a_goal_once(self, goal):
        course = activity(edition())

        made = milestones.support(goal, kind="activity", activity=course, by=LAKE, at=NOON)

        assert (made.activity, made.name) == (course, "")
        with pytest.raises(milestones.AlreadySupports):
            milestones.support(goal, kind="activity", activity=course, by=LAKE, at=NOON)

    def test_a_trust_fund_or_an_evaluation_is_named(self, goal):
        for kind in ("trust_fund", "evaluation"):
            assert milestones.support(goal, kind=kind, name=" Lake ", by=LAKE, at=NOON).name == "Lake"
            with pytest.raises(milestones.SupportNeedsAName):
                milestones.support(goal, kind=kind, name=" ", by=LAKE, at=NOON)

    def test_it_is_untied_by_its_own_side_only(self, goal):
        made = milestones.support(goal, kind="trust_fund", name="Lake", by=LAKE, at=NOON)

        with pytest.raises(NotFound):
            milestones.untie(made, by=MERIDIA_CONTACT, at=NOON)
        milestones.untie(made, by=LAKE, at=NOON)

        assert not Support.objects.exists()

    def test_a_goal_carries_markers(self, goal):
        marker = world.word("markers", "building-integrity")

        assert list(milestones.mark(goal, markers=[marker], by=LAKE, at=NOON).markers.all()) == [marker]
        assert not milestones.mark(goal, markers=[], by=LAKE, at=NOON).markers.exists()
