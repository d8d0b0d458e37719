"""What the database itself holds of plans, whoever writes to it; and what a job does that runs twice, late or for nothing."""

import pytest

from comity.activities.models import Activity
from comity.kernel.refusals import NotFound, NotPermitted
from comity.plans import jobs
from comity.plans.acts import limits, lines, plans, proposals
from comity.plans.models import JointPlan, Plan, PlanLine, PlanStep, Proposal, SeatForecast
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import AUDITOR, LAKELAND, MERIDIA_CONTACT, PROVIDER, party, the_world
from tests.world.plans import course, goal, plan
from tests.world.requests import ASKING, breaking, contact

pytestmark = pytest.mark.django_db
BY = contact()


@pytest.fixture
def drafted() -> Plan:
    """A plan drafted for one goal, with a proposal that is being worked out."""
    the_world()
    year = menu.edition(2027)
    for number in (1, 2):
        course(year, number)
    goal()
    made = plan()
    plans.draft(made, by=BY, at=ASKING)
    return Plan.objects.get()


def another(**fields) -> Plan:
    """A plan written past the acts."""
    given = {"party": party(LAKELAND), "state": "variant", "name": "Other", "first_year": 2027}
    return Plan.objects.create(**{**given, "begun_at": ASKING, "begun_by": "x", "changed_at": ASKING, **fields})


def joint(**fields) -> JointPlan:
    """Plans for all written past the acts."""
    return JointPlan.objects.create(**{"name": "Spring", "ordered_at": ASKING, "ordered_by": "x", **fields})


class TestLaws:
    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"state": "final"}, "plan_state_is_known"),
            ({"name": ""}, "plan_kept_beside_the_draft_has_a_name"),
            ({"years": 0}, "plan_runs_from_one_to_eight_years"),
            ({"years": 9}, "plan_runs_from_one_to_eight_years"),
            ({"state": "draft"}, "plan_is_drafted_once_by_a_party"),
        ],
    )
    def test_of_plans(self, drafted, fields, law):
        with breaking(law):
            another(**fields)

    def test_a_name_is_used_once_by_a_party_and_again_by_another(self, drafted):
        another()
        another(party=party("XME"))
        with breaking("plan_names_are_used_once_by_a_party"):
            another(state="proposed")

    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"state": "wished"}, "plan_line_state_is_known"),
            ({"state": "removed"}, "plan_line_removed_iff_nobody_goes"),
            ({"people": 1_000_001}, "plan_line_removed_iff_nobody_goes"),
            ({"ends_on": "2000-01-01"}, "plan_line_ends_after_it_starts"),
        ],
    )
    def test_of_lines(self, drafted, fields, law):
        with breaking(law):
            PlanLine.objects.update(**fields)

    def test_a_line_and_a_step_are_there_once(self, drafted):
        line, step = PlanLine.objects.first(), PlanStep.objects.first()
        line.pk = step.pk = None
        for row, law in ((line, "plan_line_is_told_once"), (step, "plan_steps_are_counted_once")):
            with breaking(law):
                row.save(force_insert=True)

    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"kind": "guess"}, "proposal_kind_is_known"),
            ({"state": "lost"}, "proposal_state_is_known"),
            ({"state": "failed"}, "proposal_failed_iff_it_says_why"),
            ({"fault": "no room"}, "proposal_failed_iff_it_says_why"),
        ],
    )
    def test_of_proposals(self, drafted, fields, law):
        with breaking(law):
            Proposal.objects.update(**fields)

    @pytest.mark.parametrize(
        ("fields", "law"),
        [
            ({"state": "lost"}, "joint_plan_state_is_known"),
            ({"name": ""}, "joint_plan_has_a_name"),
            ({"state": "failed"}, "joint_plan_failed_iff_it_says_why"),
            ({"state": "done", "fault": "no room"}, "joint_plan_failed_iff_it_says_why"),
            ({}, "joint_plan_names_are_used_once"),
            ({"name": "Autumn"}, "joint_plan_is_worked_out_one_at_a_time"),
        ],
    )
    def test_of_plans_for_all(self, db, fields, law):
        joint()
        with breaking(law):
            joint(**fields)

    def test_of_forecasts(self, db):
        SeatForecast.objects.create(year=2027, asked=2, granted=1)
        with breaking("seat_forecast_is_kept_once"):
            SeatForecast.objects.create(year=2027, asked=2, granted=2)
        for asked, granted in ((0, 0), (1, 2)):
            with breaking("seat_forecast_is_a_share"):
                SeatForecast.objects.create(year=2026, asked=asked, granted=granted)
        with breaking("seats_not_used_were_granted"):
            SeatForecast.objects.create(year=2026, asked=2, granted=1, unused=2)


class TestJobs:
    def test_a_job_whose_proposal_is_gone_is_told_so(self, drafted):
        for job in (jobs.work_out_ordered, jobs.work_out_together_ordered):
            with pytest.raises(NotFound):
                job("0")

    def test_a_job_that_comes_after_the_proposal_was_dropped_changes_nothing(self, drafted):
        made = drafted.proposals.get()
        proposals.drop(made, by=BY, at=ASKING)
        before, told = list(PlanLine.objects.values_list()), Entry.objects.count()
        jobs.work_out_ordered(str(made.pk))
        assert (list(PlanLine.objects.values_list()), Entry.objects.count()) == (before, told)

    def test_a_fault_is_told_once_and_a_second_run_leaves_it(self, drafted, monkeypatch):
        def crash(*_given: object, **_more: object) -> None:
            raise MemoryError("no room")

        made = drafted.proposals.get()
        monkeypatch.setattr("planning.plan", crash)
        with pytest.raises(MemoryError):
            jobs.work_out_ordered(str(made.pk))
        monkeypatch.undo()
        jobs.work_out_ordered(str(made.pk))
        made.refresh_from_db()
        assert (made.state, made.fault) == ("failed", "MemoryError: no room")
        assert proposals.fail(made, "again", by=BY, at=ASKING).fault == "MemoryError: no room"
        assert Entry.objects.filter(act="proposal.failed").count() == 1

    def test_once_a_fault_is_told_the_plan_can_be_drafted_again(self, drafted):
        proposals.fail(drafted.proposals.get(), "", by=BY, at=ASKING)
        assert drafted.proposals.get().fault == "unknown"
        assert plans.draft(drafted, by=BY, at=ASKING).state == "ordered"

    def test_jobs_keep_the_names_under_which_they_may_be_queued(self):
        assert [task.name for task in jobs.follows.values()] == [
            "programmes.work_out_ordered", "programmes.work_out_together_ordered",
        ]  # fmt: skip


class TestWhoChanges:
    @pytest.mark.fault("F3", "F7")
    def test_nobody_changes_the_plan_of_another_and_readers_change_none(self, drafted):
        activity, variant = Activity.objects.first().pk, limits.keep(drafted, "Calm", by=BY, at=ASKING)
        given = {"first_year": 2027, "years": 4, "budgets": [], "away_cap": None, "speakers": []}
        acts = {
            "send": lambda by: lines.send(drafted, activity, 2027, 1, by=by, at=ASKING),
            "fix": lambda by: lines.fix(drafted, activity, 2027, by=by, at=ASKING),
            "free": lambda by: lines.free(drafted, activity, 2027, by=by, at=ASKING),
            "undo": lambda by: lines.undo(drafted, by=by, at=ASKING),
            "limits": lambda by: limits.set_limits(drafted, **given, by=by, at=ASKING),
            "keep": lambda by: limits.keep(drafted, "x", by=by, at=ASKING),
            "restore": lambda by: limits.restore(variant, by=by, at=ASKING),
            "take": lambda by: proposals.take(drafted.proposals.get(), by=by, at=ASKING),
            "drop": lambda by: proposals.drop(drafted.proposals.get(), by=by, at=ASKING),
        }
        before = Entry.objects.count()
        for name, act in acts.items():
            for who, refusal in ((MERIDIA_CONTACT, NotFound), (AUDITOR, NotPermitted), (PROVIDER, NotFound)):
                with pytest.raises(refusal):
                    act(who)
                assert Entry.objects.count() == before, name

    def test_every_change_leaves_one_line_about_the_party(self, drafted):
        activity = Activity.objects.first().pk
        limits.keep(drafted, "Calm", by=BY, at=ASKING)
        lines.send(drafted, activity, 2029, 1, by=BY, at=ASKING)
        lines.free(drafted, activity, 2029, by=BY, at=ASKING)
        lines.undo(drafted, by=BY, at=ASKING)
        newest = list(Entry.objects.all()[:4])
        assert [e.act for e in newest] == ["plan.undone", "plan.line-set", "plan.line-set", "plan.kept"]
        assert {e.about_party for e in newest} == {LAKELAND}
