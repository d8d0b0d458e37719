"""The work on studies and trials: gathering what is asked, working out one scenario, trying out one line.

Nothing is locked while something is worked out, and each result is written in one statement that does nothing the second
time: a job may run twice without harm, and what was called off meanwhile stays called off.
"""

from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any

from django.db import transaction

from comity.kernel.actors import Actor
from comity.participation.acts import allocations
from comity.scenarios.acts import studies
from comity.scenarios.models import Matter, Scenario, ScenarioState, Study, StudyState, Trial, TrialState
from comity.scenarios.rules import counted, places_at, varied

Report = Callable[[str, float], None]
# How much further a scenario must be before it is told again.
STEP = 0.05


def gather(study: Study, *, by: Actor, at: datetime) -> Study:
    """Pack the requests of the edition as they stand, once for all scenarios."""
    columns, turned_away = allocations.put(study.edition_id, on=at.date(), by=by)
    with transaction.atomic():
        found = Study.objects.select_for_update().get(pk=study.pk)
        if found.state == StudyState.ORDERED:
            Matter.objects.create(study=found, packed=allocations.packed(columns))
            found.state, found.requests, found.turned_away = StudyState.RUNNING, len(columns["requests"]), turned_away
            found.save(update_fields=["state", "requests", "turned_away"])
    return found


def work_out(scenario: Scenario, *, by: Actor, at: datetime) -> None:
    """Work a scenario out and keep what came of it, unless it no longer waits."""
    began = perf_counter()
    columns = varied(allocations.unpacked(bytes(scenario.study.matter.packed)), scenario.variation)
    plan = allocations.solve(columns, scenario.parameters, seed=scenario.seed, report=_telling(scenario))
    figures = {name: getattr(plan, name) for name in ("value", "bound", "gap_percent", "fairness", "cancelled")}
    counts = counted(columns, plan.funded, plan.self_paid, plan.cancelled)
    _keep(
        scenario, state=ScenarioState.DONE, done_at=at, seconds=float(f"{perf_counter() - began:.2f}"), share=1,
        input_sha256=plan.input_sha256, output_sha256=plan.output_sha256, counts=counts,
        places=places_at(columns, plan.funded, plan.self_paid), **figures,
    )  # fmt: skip
    studies.finish(scenario.study, by=by, at=at)


def give_up(scenario: Scenario, fault: str, *, by: Actor, at: datetime) -> None:
    """Tell that a scenario could not be worked out, and why; the others of its study go on."""
    _keep(scenario, state=ScenarioState.FAILED, fault=fault[:2000] or "unknown")
    studies.finish(scenario.study, by=by, at=at)


def _keep(scenario: Scenario, **told: Any) -> None:
    """Write to a scenario as long as it waits."""
    Scenario.objects.filter(pk=scenario.pk, state=ScenarioState.WAITING).update(**told)


def _telling(scenario: Scenario) -> Report:
    """Somebody who tells how far a scenario is, in steps that can be seen."""
    told = ("", 0.0)

    def report(stage: str, share: float) -> None:
        nonlocal told
        if stage != told[0] or share >= told[1] + STEP:
            told = (stage, share)
            _keep(scenario, stage=stage, share=share)

    return report


def try_out(trial: Trial) -> None:
    """Solve the round of a line again with one term changed and keep what came of it; nothing else is written."""
    told = allocations.try_out(trial.line, trial.lever, trial.amount)
    own = trial.line.request.party_id
    result = {
        "before": list(told.before), "after": list(told.after), "granted": told.granted, "gap_percent": told.gap_percent,
        "moved": told.moved - (told.before != told.after), "own": list(told.per_party[own]),
        "value_before": told.value_before, "value_after": told.value_after,
        "parties": {party: places for party, places in told.per_party.items() if places[0] != places[1]},
    }  # fmt: skip
    Trial.objects.filter(pk=trial.pk).update(state=TrialState.DONE, result=result, fault="")


def fail_trial(trial: Trial, fault: str) -> None:
    """Tell that a line could not be tried out, and why."""
    Trial.objects.filter(pk=trial.pk, state=TrialState.ORDERED).update(state=TrialState.FAILED, fault=fault[:2000] or "unknown")
