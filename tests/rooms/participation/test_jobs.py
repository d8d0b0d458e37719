"""The job that draws up what was ordered: it follows the trail, tells how far it is, and may be run again."""

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from comity.config.jobs import take_up_again
from comity.participation import jobs
from comity.participation.acts import allocations, progress, rounds
from comity.participation.models import Line, Progress, Round
from tests.world.cast import MENU_MANAGER, the_world
from tests.world.requests import AFTER, activity, edition, everybody_asks, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordered(db) -> Round:
    """A round that was ordered."""
    the_world()
    year = edition()
    everybody_asks(activity(year))
    return rounds.order(year, rule=rule(), seed=7, by=MENU_MANAGER, at=AFTER)


def test_an_order_defers_the_job_in_its_own_transaction(ordered):
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args["subject"]) == ("participation.draw_up_ordered", str(ordered.pk))


def test_the_job_draws_the_round_up_and_a_second_run_does_no_harm(ordered):
    jobs.draw_up_ordered(str(ordered.pk))
    before = list(Line.objects.values_list("pk", "funded", "self_paid"))
    jobs.draw_up_ordered(str(ordered.pk))
    assert Round.objects.get().state == "drawn_up"
    assert list(Line.objects.values_list("pk", "funded", "self_paid")) == before


def test_a_crash_leaves_a_round_that_can_be_run_again(ordered, monkeypatch):
    def crash(*_args: object, **_more: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(allocations.allotment, "allot", crash)
    with pytest.raises(MemoryError):
        jobs.draw_up_ordered(str(ordered.pk))
    failed = Round.objects.get()
    assert (failed.state, failed.fault) == ("failed", "MemoryError: no room")
    assert not Line.objects.exists()

    monkeypatch.undo()
    jobs.draw_up_ordered(str(ordered.pk))
    assert Round.objects.get().state == "drawn_up"


def test_a_refusal_is_told_on_the_round(ordered, monkeypatch):
    def refuse(*_args: object, **_more: object) -> None:
        raise rounds.BeforeTheDeadline(year="2027", deadline="later")

    monkeypatch.setattr(allocations, "draw_up", refuse)
    jobs.draw_up_ordered(str(ordered.pk))
    assert "2027" in Round.objects.get().fault


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_draws_up_and_others_see_how_far_it_is(monkeypatch):
    with connection.cursor() as cursor:  # the framework empties only tables of its own between such tests
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    the_world()
    year = edition()
    everybody_asks(activity(year))
    made = rounds.order(year, rule=rule(), seed=7, by=MENU_MANAGER, at=AFTER)
    seen: list[str] = []
    real = progress.told

    def watched(pk: int):  # type: ignore[no-untyped-def]
        held = real(pk)
        report = held.__enter__()

        def tell(stage: str, share: float) -> None:
            report(stage, share)
            seen.append(Progress.objects.using("default").get(pk=pk).stage)

        class Held:
            def __enter__(self) -> object:
                return tell

            def __exit__(self, *fault: object) -> None:
                held.__exit__(*fault)

        return Held()

    monkeypatch.setattr(jobs, "told", watched)
    a_worker_runs()

    assert Round.objects.get(pk=made.pk).state == "drawn_up"
    assert {"gather", "check", "explain", "write"} <= set(seen)
    assert ProcrastinateJob.objects.get(queue_name="rounds").status == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_taken_up_again():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    the_world()
    year = edition()
    everybody_asks(activity(year))
    made = rounds.order(year, rule=rule(), seed=7, by=MENU_MANAGER, at=AFTER)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", cursor.fetchone())

    take_up_again.defer(timestamp=0)
    a_worker_runs()
    a_worker_runs()

    assert Round.objects.get(pk=made.pk).state == "drawn_up"


def a_worker_runs() -> None:
    """A real worker works off what is waiting, and ends."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    connections.close_all()
