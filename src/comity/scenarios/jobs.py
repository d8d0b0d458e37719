"""What follows the ordering of a study: its requests are gathered once, then each scenario is worked out by whoever is free."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.scenarios import queries
from comity.scenarios.acts import studies

NEEDS = frozenset({Permission.MANAGE_ROUNDS, Permission.SEE_ROUNDS, Permission.SEE_EVERYTHING})
THE_DESK = Actor(login="system", name="Comity", permissions=NEEDS)


def _working() -> Any:
    """The work itself. It brings the core and its libraries, which only a process that works off jobs has to load."""
    return import_module("comity.scenarios.acts.working")


@app.task(queue="scenarios", name="scenarios.gather")
def gather(subject: str, entry: int = 0) -> None:
    """Gather what a study is about and have each scenario worked out; run again, only what still waits."""
    study = queries.study(int(subject), seen_by=THE_DESK)
    try:
        _working().gather(study, by=THE_DESK, at=datetime.now(UTC))
    except Exception as fault:
        studies.fail(study, f"{type(fault).__name__}: {fault}", by=THE_DESK, at=datetime.now(UTC))
        raise
    for scenario in queries.waiting(study, seen_by=THE_DESK):
        work_out.defer(scenario=scenario)


# Whatever counts goes first: a round that is ordered, a line that somebody waits for.
@app.task(queue="scenarios", name="scenarios.work_out", priority=-10)
def work_out(scenario: int) -> None:
    """Work one scenario out; what was worked out or called off already is left alone, and a fault is told on it."""
    found = queries.scenario(scenario, seen_by=THE_DESK)
    if found.state != "waiting":
        return
    try:
        _working().work_out(found, by=THE_DESK, at=datetime.now(UTC))
    except Exception as fault:
        _working().give_up(found, f"{type(fault).__name__}: {fault}", by=THE_DESK, at=datetime.now(UTC))
        raise


@app.task(queue="scenarios", name="scenarios.try_out")
def try_out(trial: int) -> None:
    """Try one line out; one that has expired meanwhile is nobody's any more."""
    try:
        found = queries.trial(trial, seen_by=THE_DESK).trial
    except NotFound:
        return
    try:
        _working().try_out(found)
    except Exception as fault:
        _working().fail_trial(found, f"{type(fault).__name__}: {fault}")
        raise


follows = {"study.ordered": gather}
