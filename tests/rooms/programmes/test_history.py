"""The history of goals: carried over, merged, split, completed, dropped, title only; and no goal is lost between two editions."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.programmes import queries
from comity.programmes.acts import documents, milestones, steps
from comity.programmes.models import Goal, GoalStep, Objective, Programme
from comity.programmes.rules.history import Choice, Standing, astray, left_behind, proposed
from tests.world import programmes as world
from tests.world.cast import MERIDIA, MERIDIA_CONTACT
from tests.world.programmes import CHIEF, DESK, LAKE, NOON
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
NEXT = {"edition": "2031–2034", "since": PartialDate("2031"), "until": PartialDate("2034")}


@pytest.fixture
def running():
    """A programme in force with three goals."""
    made = world.in_force()
    for number in (1, 2, 3):
        world.goal(made, number)
    return made


def goal(number: int) -> Goal:
    return Goal.objects.get(number=number)


class TestRules:
    def test_a_goal_whose_milestones_are_all_met_is_proposed_as_completed(self):
        assert [proposed(Standing(1, *counts)) for counts in ((2, 0, 0), (0, 0, 0), (2, 1, 0), (2, 0, 1))] == [
            "completed",
            "carried_over",
            "carried_over",
            "carried_over",
        ]

    def test_nothing_is_left_behind_or_merged_astray(self):
        choices = {1: Choice(1, "carried_over"), 2: Choice(2, "merged", into=1), 3: Choice(3, "merged", into=2)}

        assert left_behind([1, 4], choices) == [4]
        assert astray(choices, {1, 2, 3}) == [3]
        assert astray({1: Choice(1, "merged", into=1), 2: Choice(2, "merged", into=9)}, {1, 2}) == [1, 2]


class TestWithinAnEdition:
    def test_a_goal_begins_with_a_step(self, running):
        assert [s.kind for s in goal(1).steps.all()] == ["new"]

    def test_it_is_completed_or_dropped_once_and_plans_no_longer_aim_at_it(self, running):
        steps.complete(goal(1), note="Reached.", by=LAKE, at=NOON)
        with pytest.raises(steps.ReasonMissing):
            steps.drop(goal(2), reason=" ", by=LAKE, at=NOON)
        steps.drop(goal(2), reason="No longer wanted.", by=DESK, at=NOON)

        assert [g.outcome for g in Goal.objects.order_by("number")] == ["completed", "dropped", ""]
        assert list(Goal.objects.aimed()) == [goal(3)]
        with pytest.raises(steps.GoalHasEnded):
            steps.complete(goal(1), by=LAKE, at=NOON)

    def test_it_is_merged_into_another_of_its_edition_at_once(self, running):
        steps.merge(goal(1), into=goal(2), by=LAKE, at=NOON)

        assert (goal(1).outcome, goal(1).is_live) == ("merged", False)
        with pytest.raises(NotFound):
            steps.merge(goal(2), into=goal(2), by=LAKE, at=NOON)

    def test_only_its_title_may_be_kept(self, running):
        kept = steps.keep_title_only(goal(1), by=DESK, at=NOON)

        assert kept.is_title_only
        assert kept.is_live
        assert goal(1) not in Goal.objects.aimed()
        with pytest.raises(milestones.NothingIsToldHere):
            milestones.add(kept, title_en="x", due=PartialDate("2028"), by=LAKE, at=NOON)

    @pytest.mark.fault("F3", "F7")
    def test_nobody_else_says_anything_of_it(self, running):
        for act in (steps.complete, steps.keep_title_only):
            with pytest.raises((NotFound, NotPermitted)):
                act(goal(1), by=MERIDIA_CONTACT, at=NOON)
        assert not GoalStep.objects.seen_by(MERIDIA_CONTACT).exists()

    def test_its_history_stays_as_it_was(self, running):
        with breaking("goal_steps_stay"):
            GoalStep.objects.update(kind="dropped", reason="x")
        with breaking("goal_steps_stay"):
            GoalStep.objects.all()[0].delete()
        with breaking("goal_is_of_a_programme_of_its_party"):
            Goal.objects.filter(pk=goal(1).pk).update(programme=world.programme(of=MERIDIA))


class TestIntoTheNext:
    def test_goals_go_into_a_draft_of_the_same_party_only(self, running):
        with pytest.raises(steps.NotTheNextEdition):
            steps.carry_over(goal(1), into=running, by=LAKE, at=NOON)
        with pytest.raises(steps.NotTheNextEdition):
            steps.carry_over(goal(1), into=world.programme(of=MERIDIA), by=LAKE, at=NOON)

    def test_a_goal_carried_over_takes_open_milestones_along_and_stands_until_the_next_is_in_force(self, running):
        for title in ("Open", "Met"):
            one = milestones.add(goal(1), title_en=title, due=PartialDate("2029"), by=LAKE, at=NOON)
        milestones.meet(one, evidence="Seen.", by=LAKE, at=NOON)
        milestones.support(goal(1), kind="trust_fund", name="Lake fund", by=LAKE, at=NOON)
        draft = world.programme(**NEXT)

        made = steps.carry_over(goal(1), into=draft, by=LAKE, at=NOON)

        assert (made.number, made.objective.programme, made.objective.first_year) == (4, draft, 2031)
        assert [m.title_en for m in made.milestones.all()] == ["Open"]
        assert [s.name for s in made.supports.all()] == ["Lake fund"]
        assert goal(1).is_live
        assert made not in Goal.objects.aimed()
        assert not Objective.objects.of_year(2031).filter(programme=draft).exists()
        with pytest.raises(steps.GoalIsSettled):
            steps.carry_over(goal(1), into=draft, by=LAKE, at=NOON)

        documents.bring_into_force(draft, agreement=world.signed(draft), by=CHIEF, at=NOON)

        assert (goal(1).outcome, goal(1).is_live) == ("carried_over", False)
        assert made in Goal.objects.aimed()

    def test_it_is_split_into_two_or_more(self, running):
        draft = world.programme(**NEXT)

        with pytest.raises(steps.SplitsIntoTwoOrMore):
            steps.split(goal(1), titles=("One", " "), into=draft, by=LAKE, at=NOON)
        made = steps.split(goal(1), titles=("One", "Two"), into=draft, by=LAKE, at=NOON)

        assert [(g.number, g.title_en) for g in made] == [(4, "One"), (5, "Two")]
        assert [s.kind for s in goal(1).steps.all()] == ["new", "split", "split"]

    def test_every_open_goal_is_asked_for_before_anything_is_done(self, running):
        draft = world.programme(**NEXT)
        choices = {goal(1).pk: Choice(goal(1).pk, "carried_over")}

        with pytest.raises(steps.GoalsLeftBehind) as refused:
            steps.carry_forward(running, into=draft, choices=choices, by=LAKE, at=NOON)
        wrong = {goal(n).pk: Choice(goal(n).pk, "merged", into=goal(1).pk) for n in (1, 2, 3)}
        with pytest.raises(steps.MergesIntoNothing):
            steps.carry_forward(running, into=draft, choices=wrong, by=LAKE, at=NOON)

        assert str(refused.value) == "Say of every goal what becomes of it: nothing is said of 2, 3."
        assert not Goal.objects.filter(programme=draft).exists()

    def test_what_was_chosen_is_done_in_one_go(self, running):
        world.goal(running, 4)
        world.goal(running, 5)
        draft, become = world.programme(**NEXT), ("carried_over", "merged", "split", "completed", "dropped")
        choices = {
            goal(n).pk: Choice(goal(n).pk, act, into=goal(1).pk, titles=("a", "b"), reason="Said.")
            for n, act in enumerate(become, 1)
        }

        counts = steps.carry_forward(running, into=draft, choices=choices, by=LAKE, at=NOON)

        assert counts == dict.fromkeys(become, 1)
        assert sorted(Goal.objects.filter(programme=draft).values_list("title_en", flat=True)) == ["Goal 1", "a", "b"]
        assert queries.told(running, seen_by=LAKE).unsettled == []

    def test_what_nobody_spoke_of_is_carried_over_when_the_next_enters_into_force(self, running):
        draft = world.programme(**NEXT)
        steps.carry_over(goal(1), into=draft, by=LAKE, at=NOON)

        documents.bring_into_force(draft, agreement=world.signed(draft), by=CHIEF, at=NOON)

        assert {g.outcome for g in Goal.objects.filter(programme=running)} == {"carried_over"}
        assert Goal.objects.aimed().filter(programme=draft).count() == 3

    def test_goals_of_an_expired_edition_wait_for_the_next(self, running):
        documents.expire(running, by=DESK, at=NOON.replace(year=2031))
        assert goal(1).is_live
        draft = world.programme(**NEXT)

        documents.bring_into_force(draft, agreement=world.signed(draft), by=CHIEF, at=NOON)

        assert Goal.objects.live().filter(programme=draft).count() == 3
        assert not Goal.objects.live().filter(programme=running).exists()


WHAT = st.sampled_from(["carry", "merge", "split", "complete", "drop", "title", "enter", "enter unsigned", "prolong", "expire"])


class TestWhateverHappens(TestCase):
    """The life of programmes under any run of acts."""

    @settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(WHAT, st.integers(1, 6), st.integers(1, 6)), max_size=12))
    def test_no_programme_is_in_force_without_its_agreement_and_no_goal_is_lost(self, run):
        first = world.in_force()
        for number in (1, 2, 3):
            world.goal(first, number)
        draft = world.programme(**NEXT)
        for what, one, other in run:
            try:
                with transaction.atomic():
                    self._do(what, one, other, first, draft)
            except (Refusal, Goal.DoesNotExist):
                continue
            except DatabaseError as breach:  # a law without words would be a fault
                raise AssertionError(what) from breach

        for programme in Programme.objects.filter(state__in=["in_force", "expired", "replaced"]):
            assert programme.agreement is not None
            assert programme.agreement.state == "signed"
            assert programme.agreement.text_id == programme.text_id
        assert Programme.objects.filter(state="in_force").count() <= 1
        if Programme.objects.get(pk=first.pk).state == "replaced":
            for lost in Goal.objects.filter(programme=first):
                assert lost.outcome
                assert lost.steps.filter(kind=lost.outcome).exists()
                assert all(step.into_id for step in lost.steps.filter(kind__in=["carried_over", "merged", "split"]))

    def _do(self, what: str, one: int, other: int, first: Programme, draft: Programme) -> None:
        """One act, whatever comes of it."""
        by = {"by": DESK, "at": NOON}
        match what:
            case "enter":
                documents.bring_into_force(draft, agreement=world.signed(draft), by=CHIEF, at=NOON)
            case "enter unsigned":
                documents.bring_into_force(draft, agreement=world.agreed(draft), by=CHIEF, at=NOON)
            case "prolong":
                documents.prolong(first, until=PartialDate(str(2030 + one)), body="The council", **by)
            case "expire":
                documents.expire(first, by=DESK, at=NOON.replace(year=2030 + other))
            case "carry":
                steps.carry_over(goal(one), into=draft, **by)
            case "merge":
                steps.merge(goal(one), into=goal(other), **by)
            case "split":
                steps.split(goal(one), titles=("a", "b"), into=draft, **by)
            case "complete":
                steps.complete(goal(one), **by)
            case "drop":
                steps.drop(goal(one), reason="Said.", **by)
            case _:
                steps.keep_title_only(goal(one), **by)
