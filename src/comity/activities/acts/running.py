"""Acts on activities that are on offer already: moved, resized, cancelled. What hangs on them is the business of rooms above."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.acts.activities import lawfully, locked
from comity.activities.acts.editions import ReasonMissing
from comity.activities.models import Activity, ActivityState, DeliveryPart
from comity.activities.rules.days import Days
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.trail import acts as trail


class NotOnTheMenu(Refusal):
    """Only what is published is moved, resized or cancelled; an entry on its way is revised."""

    message = _("{number} is not on the menu: there is nothing to move, shrink or cancel.")


class IsOver(Refusal):
    """What has taken place stays as it was."""

    message = _("{number} ended on {ended}; what has taken place is not changed.")


class StaysWhereItIs(Refusal):
    """A move has another day or another place."""

    message = _("{number} already takes place on these days.")


class NoDay(Refusal):
    """An activity is moved to days that are known."""

    message = _("Say on which day it begins and on which it ends, in this order.")


class DayHasPassed(Refusal):
    """Nobody can travel to yesterday."""

    message = _("{on} has passed: move it to a day to come.")


class NotFewer(Refusal):
    """To shrink is to offer fewer seats than before, and at least one."""

    message = _("{number} has {seats} seats; give a smaller number, from 1 up.")


class ProviderIsAnother(Refusal):
    """Who runs an activity changes it, or whoever manages the menu."""

    message = _("{number} is run by somebody else; its provider or a manager of the menu changes it.")


@transaction.atomic
def move(
    activity: Activity,
    *,
    starts: PartialDate,
    ends: PartialDate,
    parts: Sequence[dict[str, Any]] | None = None,
    reason: str = "",
    at: datetime,
    by: Actor,
) -> Activity:
    """Put an activity on other days; its parts move along by as many days unless they are told."""
    stored = held(activity, by=by, on=at.date())
    _must_be_days(starts, ends, at.date())
    if (stored.starts, stored.ends) == (starts, ends) and parts is None:
        raise StaysWhereItIs(number=stored.number)
    former = stored.first_day
    before = {"starts": str(stored.starts), "ends": str(stored.ends)}
    days = Days.of(starts, ends)
    stored.starts, stored.ends, stored.first_day, stored.last_day = starts, ends, days.first, days.last
    stored.begins_by, stored.month, stored.version = days.begins_by, days.month, stored.version + 1
    with lawfully(), transaction.atomic():
        stored.save(update_fields=["starts", "ends", "first_day", "last_day", "begins_by", "month", "version"])
        if parts is not None:
            stored.parts.all().delete()
            DeliveryPart.objects.bulk_create(DeliveryPart(activity=stored, **part) for part in parts)
        elif former and days.first:
            _shift(stored, (days.first - former).days)
    facts = {"before": before, "after": {"starts": str(starts), "ends": str(ends)}, "reason": reason.strip()}
    trail.record("activity.moved", stored, by=by, at=at, about=stored.concerns, **facts)
    return stored


@transaction.atomic
def resize(
    activity: Activity, *, seats: int, minimum: int | None = None, reason: str = "", at: datetime, by: Actor
) -> Activity:  # fmt: skip
    """Offer fewer seats than before; the minimum stays unless it is told, and never above the seats."""
    stored = held(activity, by=by, on=at.date())
    if seats < 1 or (stored.seats is not None and seats >= stored.seats):
        raise NotFewer(number=stored.number, seats="–" if stored.seats is None else stored.seats)
    before = {"seats": stored.seats, "minimum": stored.minimum}
    wanted = stored.minimum if minimum is None else minimum
    stored.seats, stored.minimum = seats, None if wanted is None else min(wanted, seats)
    stored.version += 1
    with lawfully(), transaction.atomic():
        stored.save(update_fields=["seats", "minimum", "version"])
    after = {"seats": stored.seats, "minimum": stored.minimum}
    facts = {"before": before, "after": after, "reason": reason.strip()}
    trail.record("activity.resized", stored, by=by, at=at, about=stored.concerns, **facts)
    return stored


@transaction.atomic
def cancel(activity: Activity, *, reason: str, at: datetime, by: Actor) -> Activity:
    """Call an activity off: it leaves the menu for good, and its reason stays."""
    stored = held(activity, by=by, on=at.date())
    if not reason.strip():
        raise ReasonMissing
    stored.state, stored.reason, stored.version = ActivityState.RETIRED, reason.strip()[:600], stored.version + 1
    stored.decided_at, stored.decided_by = at, by.login or "system"
    stored.save(update_fields=["state", "reason", "version", "decided_at", "decided_by"])
    trail.record("activity.cancelled", stored, by=by, at=at, about=stored.concerns, reason=stored.reason)
    return stored


def held(activity: Activity, *, by: Actor, on: date) -> Activity:
    """The activity under lock, as long as it is on the menu, not over, and for this actor to change.

    Raises:
        NotFound: there is none, or it is not for this actor to see.
        NotPermitted: the actor changes no activities at all.
        ProviderIsAnother: it belongs to somebody else.
        NotOnTheMenu: it is not published, or was called off.
        IsOver: it has taken place.
    """
    by.must(Permission.CHANGE_ACTIVITIES)
    stored = locked(activity, by)
    if not may_change(stored, by):
        raise ProviderIsAnother(number=stored.number)
    if stored.state != ActivityState.APPROVED or not stored.edition.is_on_offer:
        raise NotOnTheMenu(number=stored.number)
    if stored.last_day and stored.last_day < on:
        raise IsOver(number=stored.number, ended=stored.last_day)
    return stored


def may_change(activity: Activity, by: Actor) -> bool:
    """Whether an actor may move, shrink or cancel an activity: whoever runs or contributed it, or manages the menu."""
    return by.may(Permission.CHANGE_ACTIVITIES) and (activity.is_of(by) or by.may(Permission.MANAGE_MENU))


def _must_be_days(starts: PartialDate, ends: PartialDate, on: date) -> None:
    first, last = starts.earliest, ends.latest
    whole = starts.precision == "day" and ends.precision == "day"
    if not whole or first is None or last is None or last < first:
        raise NoDay
    if first < on:
        raise DayHasPassed(on=first)


def _shift(activity: Activity, days: int) -> None:
    """Move the parts along; each keeps its length, its times and its zone."""
    parts = list(activity.parts.all())
    for part in parts:
        part.starts, part.ends = part.starts + timedelta(days=days), part.ends + timedelta(days=days)
    DeliveryPart.objects.bulk_update(parts, ["starts", "ends"])
