"""What applying a change does, step by step, through the acts of the rooms it reaches. Each step is part of one transaction.

The order is that of the laws: people leave their seats before places are taken back, and places before seats go.
"""

from datetime import date, datetime
from typing import Any, Protocol

from comity.accounts.rules import Permission
from comity.activities.acts import running
from comity.activities.models import Activity
from comity.changes.models import Change, Deed
from comity.changes.queries.reach import Reach
from comity.frameworks.acts import memberships
from comity.frameworks.queries import registers
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.nominations.acts import endings
from comity.nominations.models import Nomination
from comity.participation.acts import rounds, withdrawals
from comity.participation.models import Request, Round, RoundState, Seats
from comity.parties.models import Source

# Rounds that rest on what is changed are set aside by the house, whoever changes it.
THE_HOUSE = Actor(login="system", name="Comity", permissions=frozenset({Permission.MANAGE_ROUNDS, Permission.SEE_ROUNDS}))


class NotInThatFramework(Refusal):
    """Only a membership that runs is suspended."""

    message = _("{party} does not count in {framework} at present.")


class Step(Protocol):
    """One step of applying a change."""

    def __call__(self, change: Change, found: Reach, *, by: Actor, at: datetime) -> None:
        """Do it."""


def lock(found: Reach) -> None:
    """Hold every row a change will touch: the activity, requests, seats, nominations; whoever comes now waits, and then reads."""
    keys = found.keys
    if found.change.activity_id:
        list(Activity.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))
    requests = Request.objects.live().filter(activity__in=keys, **found.of)
    list(requests.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    list(Seats.objects.select_for_update().filter(activity__in=keys).order_by("pk").values_list("pk"))
    nominations = Nomination.objects.live().filter(activity__in=keys, **found.of)
    list(nominations.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def deed(change: Change, *, by: Actor, at: datetime) -> None:
    """The deed itself, with the refusals of the room it belongs to."""
    told: dict[str, Any] = change.values
    if change.deed == Deed.SUSPEND:
        _suspend(change, by=by, at=at)
        return
    assert change.activity is not None
    if change.deed == Deed.MOVE:
        starts, ends = PartialDate(told["starts"]), PartialDate(told["ends"])
        running.move(change.activity, starts=starts, ends=ends, reason=change.reason, by=by, at=at)
    elif change.deed == Deed.SHRINK:
        sizes = {"seats": told["seats"], "minimum": told.get("minimum")}
        running.resize(change.activity, **sizes, reason=change.reason, by=by, at=at)
    else:
        running.cancel(change.activity, reason=change.reason, by=by, at=at)


def _suspend(change: Change, *, by: Actor, at: datetime) -> None:
    """Suspend the membership that the register holds now."""
    assert change.party is not None
    assert change.framework is not None
    told: dict[str, Any] = change.values
    rows = registers.counted(change.party, seen_by=by)
    row = next((m for m in rows if m.framework_id == change.framework_id), None)
    if row is None:
        raise NotInThatFramework(party=change.party.name, framework=change.framework.name)
    memberships.suspend(
        row, on=date.fromisoformat(told["on"]), scope=told["scope"], body=told["body"], ground=change.reason,
        review_on=told.get("review_on", ""), sources=list(Source.objects.filter(key__in=told["sources"])), by=by, at=at,
    )  # fmt: skip


def end_nominations(change: Change, found: Reach, *, by: Actor, at: datetime) -> None:
    """People leave the seats that are gone."""
    gone = [n for n in found.nominations if n.pk in found.fallen]
    endings.lapse(gone, reason=change.reason, by=by, at=at)


def take_back(change: Change, found: Reach, *, by: Actor, at: datetime) -> None:
    """Places and requests are taken back, as far as the deed reaches."""
    if change.party:
        withdrawals.shut_out(change.party, at_activities=found.activities, reason=change.reason, by=by, at=at)
        return
    assert change.activity is not None
    if change.deed == Deed.SHRINK:
        withdrawals.shrink(change.activity, seats=change.values["seats"], reason=change.reason, by=by, at=at)
    else:
        withdrawals.call_off(change.activity, reason=change.reason, by=by, at=at)


def set_rounds_aside(change: Change, found: Reach, *, by: Actor, at: datetime) -> None:
    """Rounds that were drawn up from what was, and promise nothing yet, are set aside."""
    rows = Round.objects.filter(state=RoundState.DRAWN_UP, simulation=False, lines__request__in=[r.pk for r in found.requests])
    for round in rows.distinct().order_by("pk"):
        rounds.set_aside(round, by=THE_HOUSE, at=at)


def do(change: Change, found: Reach, *, by: Actor, at: datetime) -> None:
    """The deed, as a step."""
    deed(change, by=by, at=at)


STEPS: dict[str, tuple[Step, ...]] = {
    Deed.MOVE: (set_rounds_aside, do),
    Deed.SHRINK: (end_nominations, take_back, set_rounds_aside, do),
    Deed.CANCEL: (end_nominations, take_back, set_rounds_aside, do),
    Deed.SUSPEND: (end_nominations, take_back, set_rounds_aside, do),
}
