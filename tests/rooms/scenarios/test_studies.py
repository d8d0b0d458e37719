"""Studies: ordered in one act, worked out from the same requests, run twice without harm, called off."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from comity.activities.acts import editions
from comity.kernel.refusals import NotFound, NotPermitted
from comity.participation.acts import allocations, limits
from comity.participation.models import Grant, Request, Round, Seats
from comity.scenarios import jobs, queries
from comity.scenarios.acts import studies, working
from comity.scenarios.models import Scenario, Study
from comity.scenarios.rules import Choice
from comity.trail.models import Entry
from tests.rooms.scenarios.conftest import ordered, worked_out
from tests.world.cast import AUDITOR, DESK_OFFICER, LAKE_CONTACT, LAKELAND, MENU_MANAGER, PROVIDER, the_world
from tests.world.requests import AFTER, ASKING, activity, breaking, drawn_up, edition, rule, submitted

pytestmark = pytest.mark.django_db


def test_an_order_is_one_act_with_one_line_in_the_trail_and_one_job(year):
    before = Entry.objects.count()

    made = ordered(year, rule(), rule("max-min"), choice=Choice(self_pay=[None, 40], draws=2))

    assert (made.state, made.scenarios.count(), Entry.objects.count() - before) == ("ordered", 8, 3)
    newest = Entry.objects.order_by("-pk")[0]
    assert (newest.act, newest.facts["scenarios"], newest.facts["rules"]) == ("study.ordered", 8, ["max-min 1", "weighted 1"])
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args["subject"]) == ("scenarios.gather", str(made.pk))


def test_a_study_is_worked_out_by_its_jobs_and_a_second_run_does_no_harm(year):
    made = ordered(year, rule(), rule("precedence"), choice=Choice(draws=2))

    jobs.gather(str(made.pk))
    deferred = [job.args["scenario"] for job in ProcrastinateJob.objects.filter(task_name="scenarios.work_out")]
    assert deferred == list(made.scenarios.values_list("pk", flat=True))
    for pk in deferred:
        jobs.work_out(pk)
    told = list(Scenario.objects.values())
    jobs.gather(str(made.pk))
    for pk in deferred:
        jobs.work_out(pk)

    made.refresh_from_db()
    assert (made.state, made.requests, made.turned_away) == ("done", 9, 0)
    assert list(Scenario.objects.values()) == told
    assert Entry.objects.filter(act="study.finished").count() == 1


def test_a_job_that_comes_late_changes_nothing_even_without_looking(year):
    made = worked_out(ordered(year))
    [only] = made.scenarios.all()
    before = Scenario.objects.values().get()

    working.work_out(queries.scenario(only.pk, seen_by=MENU_MANAGER), by=MENU_MANAGER, at=AFTER)

    assert Scenario.objects.values().get() == before
    with breaking("scenario_stays_as_it_was_left"):
        Scenario.objects.update(value=1)
    with breaking("study_stays_ended"):
        Study.objects.update(state="running", finished_at=None)


def test_a_scenario_as_published_comes_out_as_the_round_does_to_the_byte(year):
    drawn = drawn_up(year, seed=7)
    [found] = worked_out(ordered(year)).scenarios.all()

    assert (found.input_sha256, found.output_sha256) == (drawn.input_sha256, drawn.output_sha256)
    assert (found.value, found.bound, found.fairness, found.cancelled) == (
        drawn.value, drawn.bound, drawn.fairness, drawn.cancelled,
    )  # fmt: skip
    same = ("requests", "asked", "granted", "funded", "self_paid", "seats", "activities", "cancelled", "not_granted", "parties")
    assert {name: found.counts[name] for name in same} == {name: drawn.counts[name] for name in same}
    assert sum(found.places.values()) == drawn.counts["granted"]


def test_a_study_promises_nothing_and_locks_nothing(year):
    limits.set_pool(year, "P1", name_en="Pool", budget=100, by=MENU_MANAGER, at=ASKING)
    asked = list(Request.objects.values())

    worked_out(ordered(year, choice=Choice(pool="P1", budget_percent=[0, 100])))

    assert list(Request.objects.values()) == asked
    assert not any(table.objects.exists() for table in (Grant, Seats, Round))
    funded = [s.counts["funded"] for s in Scenario.objects.order_by("number")]
    assert funded == [1, 2]


def test_what_is_asked_later_is_not_in_a_study_that_has_begun(db):
    the_world()
    year = edition(closing_at=AFTER.replace(year=2099))
    made = ordered(year)
    working.gather(made, by=MENU_MANAGER, at=ASKING)
    assert Study.objects.get().requests == 0
    assert worked_out(made).scenarios.get().counts["granted"] == 0


@pytest.mark.fault("F3")
def test_studies_are_for_those_who_prepare_rounds(year):
    made = worked_out(ordered(year))
    for who in (AUDITOR, DESK_OFFICER):
        assert queries.study(made.pk, seen_by=who) == made
        with pytest.raises(NotPermitted):
            studies.order(year, rules=[rule()], choice=Choice(), by=who, at=AFTER)
        with pytest.raises(NotPermitted):
            studies.cancel(made, by=who, at=AFTER)
    for who in (LAKE_CONTACT, PROVIDER):
        assert not queries.studies(seen_by=who).exists()
        assert not queries.scenarios(made, seen_by=who).exists()
        with pytest.raises(NotFound):
            queries.study(made.pk, seen_by=who)
        with pytest.raises(NotFound):
            queries.scenario(made.scenarios.get().pk, seen_by=who)


def test_a_study_is_of_something_and_stays_readable(year):
    with pytest.raises(studies.NothingChosen):
        studies.order(year, rules=[], choice=Choice(), by=MENU_MANAGER, at=AFTER)
    with pytest.raises(studies.TooManyScenarios) as refused:
        ordered(year, choice=Choice(draws=61))
    assert "These are 61 scenarios, and a study holds at most 60." in str(refused.value)
    with pytest.raises(studies.NoSuchPool):
        ordered(year, choice=Choice(pool="P9", budget_percent=[0, 10]))
    with pytest.raises(studies.NoRequestsYet):
        ordered(editions.plan(2028, at=ASKING, by=MENU_MANAGER))
    assert not Study.objects.exists()
    assert ordered(year, choice=Choice(draws=60)).scenarios.count() == 60


def test_a_study_is_called_off_and_what_is_worked_out_stays(year):
    made = ordered(year, choice=Choice(draws=3))
    working.gather(made, by=MENU_MANAGER, at=AFTER)
    first, second, third = queries.waiting(made, seen_by=MENU_MANAGER)
    jobs.work_out(first)
    under_way = queries.scenario(second, seen_by=MENU_MANAGER)

    studies.cancel(made, by=MENU_MANAGER, at=AFTER)
    working.work_out(under_way, by=MENU_MANAGER, at=AFTER)
    jobs.work_out(third)

    assert list(made.scenarios.values_list("state", flat=True)) == ["done", "cancelled", "cancelled"]
    assert Entry.objects.order_by("-pk")[0].facts["scenarios"] == 2
    with pytest.raises(studies.CannotBeCalledOff) as refused:
        studies.cancel(made, by=MENU_MANAGER, at=AFTER)
    assert "Called off" in str(refused.value)


def test_one_scenario_that_fails_says_so_and_the_others_go_on(year, monkeypatch):
    made = ordered(year, choice=Choice(draws=2))
    working.gather(made, by=MENU_MANAGER, at=AFTER)
    first, second = queries.waiting(made, seen_by=MENU_MANAGER)

    def crash(*_args: object, **_more: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(allocations.allotment, "allot", crash)
    with pytest.raises(MemoryError):
        jobs.work_out(first)
    monkeypatch.undo()
    jobs.work_out(second)

    made.refresh_from_db()
    assert made.state == "done"
    assert list(made.scenarios.values_list("state", "fault")) == [("failed", "MemoryError: no room"), ("done", "")]
    assert Entry.objects.order_by("-pk")[0].facts == {"scenarios": 2, "failed": 1}


def test_a_study_whose_requests_cannot_be_gathered_says_so(year, monkeypatch):
    made = ordered(year)

    def crash(*_args: object, **_more: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(allocations, "put", crash)
    with pytest.raises(MemoryError):
        jobs.gather(str(made.pk))

    made.refresh_from_db()
    assert (made.state, made.fault) == ("failed", "MemoryError: no room")
    assert made.scenarios.get().state == "cancelled"
    monkeypatch.undo()
    jobs.gather(str(made.pk))
    assert studies.fail(made, "again", by=MENU_MANAGER, at=AFTER).fault == "MemoryError: no room"


def test_a_scenario_tells_how_far_it_is_while_it_waits(year, monkeypatch):
    made = ordered(year)
    working.gather(made, by=MENU_MANAGER, at=AFTER)
    seen = []

    def solve(*_args, report, **_more):
        for stage, share in (("sort", 0.1), ("sort", 0.11), ("price", 0.12), ("price", 0.5)):
            report(stage, share)
            seen.append(tuple(Scenario.objects.values_list("stage", "share")[0]))
        raise MemoryError

    monkeypatch.setattr(allocations, "solve", solve)
    with pytest.raises(MemoryError):
        jobs.work_out(made.scenarios.get().pk)

    assert seen == [("sort", 0.1), ("sort", 0.1), ("price", 0.12), ("price", 0.5)]


def test_one_more_person_away_lets_a_party_hold_more(year):
    own = submitted(activity(year, 20), LAKELAND, places=3, priority=1).activity.number
    limits.set_cap(year, the_world()[LAKELAND], places_cap=None, away_cap=1, by=MENU_MANAGER, at=ASKING)

    worked_out(ordered(year, choice=Choice(more_away=[0, 1])))

    assert [s.places[own] for s in Scenario.objects.order_by("number")] == [1, 2]
