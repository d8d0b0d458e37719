"""Acts on studies: ordering one, calling it off, telling that it is finished or failed."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, _
from comity.participation.models import Pool, Rule
from comity.scenarios.models import Scenario, ScenarioQuerySet, ScenarioState, Study, StudyState
from comity.scenarios.rules import MOST, STUDY_STATES, Choice, Planned, spread
from comity.trail import acts as trail


class NothingChosen(Refusal):
    """A study is of something."""

    message = _("Choose at least one rule and one value of each variation.")


class TooManyScenarios(Refusal):
    """A study stays small enough to be read."""

    message = _("These are {count} scenarios, and a study holds at most {most}. Leave some variations out.")


class NoRequestsYet(Refusal):
    """What nobody has asked for cannot be tried out."""

    message = _("Edition {year} has not taken requests yet, so there is nothing to share out.")


class NoSuchPool(Refusal):
    """Only money of the edition can be varied."""

    message = _("Edition {year} has no pool “{pool}”.")


class CannotBeCalledOff(Refusal):
    """What has ended stays ended."""

    message = _("Study {number} of {year} is in the state “{state}” and cannot be called off.")


@transaction.atomic
def order(
    edition: Edition, *, rules: Sequence[Rule], choice: Choice, title: str = "", seed: int | None = None, by: Actor, at: datetime
) -> Study:
    """Order a study: a scenario for each rule and each variation; what works them out follows the trail.

    Without a seed one is drawn for each draw; with one, the draws count up from it.
    """
    by.must(Permission.MANAGE_ROUNDS)
    year = Edition.objects.select_for_update().get(pk=edition.pk)
    if year.requests_opened_at is None:
        raise NoRequestsYet(year=str(year))
    if choice.pool and not Pool.objects.filter(edition=year, code=choice.pool).exists():
        raise NoSuchPool(year=str(year), pool=choice.pool)
    found = scenarios_of(rules, choice)
    number = (Study.objects.filter(edition=year).aggregate(last=Max("number"))["last"] or 0) + 1
    study = Study.objects.create(edition=year, number=number, title=title, ordered_at=at, ordered_by=by.login)
    seeds = [secrets.randbits(48) if seed is None else seed + n for n in range(choice.draws)]
    Scenario.objects.bulk_create(
        Scenario(
            study=study, number=n, rule_id=rule, parameters=parameters, seed=seeds[varied.draw],
            variation={"pool": varied.pool, "budget_percent": varied.budget_percent, "more_away": varied.more_away},
        )
        for n, (rule, parameters, varied) in enumerate(found, 1)
    )  # fmt: skip
    trail.record("study.ordered", study, by=by, at=at, scenarios=len(found), rules=sorted({str(rule) for rule in rules}))
    return study


def scenarios_of(rules: Sequence[Rule], choice: Choice) -> list[Planned]:
    """The scenarios that a choice comes to, each once.

    Raises:
        NothingChosen: there are none.
        TooManyScenarios: there are more than a study may hold.
    """
    found = spread([(rule.pk, rule.parameters) for rule in rules], choice)
    if not found:
        raise NothingChosen
    if len(found) > MOST:
        raise TooManyScenarios(count=len(found), most=MOST)
    return found


@transaction.atomic
def cancel(study: Study, *, by: Actor, at: datetime) -> Study:
    """Call a study off: what is worked out stays, what waits is not begun, what is being worked out is thrown away."""
    by.must(Permission.MANAGE_ROUNDS)
    found = Study.objects.select_for_update().get(pk=study.pk)
    if not found.is_under_way:
        raise CannotBeCalledOff(number=found.number, year=str(found.edition_id), state=Sentence(STUDY_STATES[found.state]))
    found.state, found.cancelled_at, found.cancelled_by = StudyState.CANCELLED, at, by.login
    found.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    left = _left(found).update(state=ScenarioState.CANCELLED)
    trail.record("study.cancelled", found, by=by, at=at, scenarios=left)
    return found


@transaction.atomic
def finish(study: Study, *, by: Actor, at: datetime) -> Study:
    """Tell that a study is finished, once nothing of it waits any more; before and after that it changes nothing."""
    by.must(Permission.MANAGE_ROUNDS)
    found = Study.objects.select_for_update().get(pk=study.pk)
    if found.state == StudyState.RUNNING and not _left(found).exists():
        found.state, found.finished_at = StudyState.DONE, at
        found.save(update_fields=["state", "finished_at"])
        failed = found.scenarios.filter(state=ScenarioState.FAILED).count()
        trail.record("study.finished", found, by=by, at=at, scenarios=found.scenarios.count(), failed=failed)
    return found


@transaction.atomic
def fail(study: Study, fault: str, *, by: Actor, at: datetime) -> Study:
    """Tell that the requests of a study could not be gathered, and why."""
    by.must(Permission.MANAGE_ROUNDS)
    found = Study.objects.select_for_update().get(pk=study.pk)
    if found.is_under_way:
        found.state, found.fault = StudyState.FAILED, fault[:2000] or "unknown"
        found.save(update_fields=["state", "fault"])
        _left(found).update(state=ScenarioState.CANCELLED)
        trail.record("study.failed", found, by=by, at=at, fault=found.fault)
    return found


def _left(study: Study) -> ScenarioQuerySet:
    """What of a study waits still."""
    return Scenario.objects.filter(study=study, state=ScenarioState.WAITING)
