"""Having one line tried out with one term changed. It leaves no line in the trail: nothing is decided, and it is forgotten."""

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted, Refusal
from comity.kernel.words import _
from comity.participation.models import Line
from comity.participation.rules import FUNDINGS
from comity.scenarios.models import Trial, TrialState
from comity.scenarios.queries.trials import levers

KEPT_FOR = timedelta(days=7)
# After this nobody works on it any more, and it may be asked for again.
LOST_AFTER = timedelta(minutes=15)
AT_ONCE = 5
MOST = 10**9


class NothingToTryOut(Refusal):
    """Only what was heard can be heard again."""

    message = _("This request was not heard in the round, so there is nothing to solve again.")


class ChangesNothing(Refusal):
    """A trial changes one term that the line has, by something."""

    message = _("This changes nothing for the line. Choose another change or another number.")


class TooManyAtOnce(Refusal):
    """Everybody gets a turn."""

    message = _("{count} trials are being worked out for you already. Wait for one of them.")


def attempt(line: Line, lever: str, amount: int, *, by: Actor, at: datetime) -> Trial:
    """Have a line tried out with one term changed; the same question within a week has its answer already.

    Raises:
        NothingToTryOut: the request was turned away.
        ChangesNothing: the line has no such term, or the number leaves it as it is.
        TooManyAtOnce: the party waits for as many as it may.
    """
    if not by.may(Permission.SEE_ROUNDS) and not by.may(Permission.REQUEST_PLACES):
        raise NotPermitted(permission=Permission.REQUEST_PLACES)
    if line.outcome == "not_eligible":
        raise NothingToTryOut
    if not _changes(line, lever, amount, by=by):
        raise ChangesNothing
    Trial.objects.filter(expires_at__lte=at).delete()
    known = Trial.objects.filter(line=line, lever=lever, amount=amount).first()
    if known is not None and (known.state == TrialState.DONE or _is_under_way(known, at)):
        return known
    waiting = Trial.objects.seen_by(by).filter(state=TrialState.ORDERED, asked_at__gt=at - LOST_AFTER).count()
    if waiting >= AT_ONCE:
        raise TooManyAtOnce(count=waiting)
    with transaction.atomic():
        fresh = {"state": TrialState.ORDERED, "asked_at": at, "expires_at": at + KEPT_FOR, "result": {}, "fault": ""}
        trial, _made = Trial.objects.update_or_create(line=line, lever=lever, amount=amount, defaults=fresh)
        app.configure_task("scenarios.try_out", queue="scenarios", priority=10).defer(trial=trial.pk)
    return trial


def _is_under_way(trial: Trial, at: datetime) -> bool:
    return trial.state == TrialState.ORDERED and trial.asked_at > at - LOST_AFTER


def _changes(line: Line, lever: str, amount: int, *, by: Actor) -> bool:
    """Whether the line has such a term and the number makes it another."""
    if lever not in {told.lever for told in levers(line, seen_by=by)}:
        return False
    asked = line.request
    if lever == "priority":
        return amount in (1, 2, 3) and amount != asked.priority
    if lever == "funding":
        return amount in range(len(FUNDINGS)) and list(FUNDINGS)[amount] != asked.funding
    if lever == "places":
        return 0 < amount < (asked.places or 0)
    return 0 < amount <= MOST
