"""Writing rows that are never overwritten: a row held from now on, and one that supersedes another.

No act of its own: it runs inside the transaction of the act that calls it, which writes the trail.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from comity.frameworks.models import Membership, Suspension
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.parties.models import Source

Row = TypeVar("Row", Membership, Suspension)
INSTANT = timedelta(microseconds=1)


class AlreadyOnTheRoll(Refusal):
    """A party has one standing of a kind at a time in a framework."""

    message = _("{party} already has this standing in {framework} in that period.")


class EndsBeforeItStarts(Refusal):
    """A period has at least one day."""

    message = _("The end ({until}) comes before the start ({since}).")


class Unsourced(Refusal):
    """Every fact of the register names its source."""

    message = _("Name at least one source: the register holds nothing without one.")


class Superseded(Refusal):
    """Only the row the register holds now can be acted on."""

    message = _("This row has been superseded: act on the one that the register holds now.")


class AlreadySuspended(Refusal):
    """A membership is on hold once at a time."""

    message = _("The membership of {party} in {framework} is already suspended in that period.")


class StopsNothing(Refusal):
    """A suspension has a scope."""

    message = _("Say what is suspended: at least one part of the cooperation.")


def period(first: PartialDate, last: PartialDate) -> tuple[date | None, date | None]:
    """The days from a partial date until another."""
    if first.earliest and last.stops and last.stops <= first.earliest:
        raise EndsBeforeItStarts(since=first, until=last)
    return first.earliest, last.stops


@contextmanager
def _lawfully(overlap: Refusal) -> Iterator[None]:
    with refusing(
        membership_periods_never_overlap=overlap,
        suspensions_never_overlap=overlap,
        membership_lasts_at_least_a_day=EndsBeforeItStarts(since="", until=""),
        suspension_stops_something=StopsNothing(),
    ):
        yield


def write(row: Row, sources: Collection[Source], overlap: Refusal) -> None:
    """Write a row that is held from now on, with its sources."""
    if not sources:
        raise Unsourced
    with _lawfully(overlap):
        row.save(force_insert=True)
    row.sources.set(sources)
    row.refresh_from_db()


def supersede(row: Row, *, at: datetime, sources: Collection[Source] | None = None, **changes: Any) -> Row:
    """Close the time during which a row was held, and write it as it is held from now on, with all that hangs on it."""
    old = type(row).objects.select_for_update().get(pk=row.pk)
    if old.known.upper is not None:
        raise Superseded
    at = max(at, old.known.lower + INSTANT)
    type(row).objects.filter(pk=old.pk).update(known=(old.known.lower, at))
    given = list(old.sources.all()) if sources is None else sources
    # The key stays with the old row: a pack that still tells the old fact must not undo what the office has done since.
    fields = {f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if not f.primary_key}
    new = type(row)(**fields | {"known": (at, None), "key": ""} | changes)
    write(new, given, _overlap_of(new))
    if isinstance(old, Membership):
        _carry_over(old, new, at)
    return new


def _overlap_of(row: Membership | Suspension) -> Refusal:
    membership = row if isinstance(row, Membership) else row.membership
    refusal = AlreadyOnTheRoll if isinstance(row, Membership) else AlreadySuspended
    return refusal(party=membership.party.name, framework=membership.framework.name)


def _carry_over(old: Membership, new: Membership, at: datetime) -> None:
    """What hangs on a row hangs on the one that supersedes it, too: suspensions cut at its end, and events."""
    new.events.set(old.events.all())
    for suspension in old.suspensions.filter(known__upper_inf=True):
        fields = {f.attname: getattr(suspension, f.attname) for f in suspension._meta.concrete_fields if not f.primary_key}
        copy = Suspension(**fields | {"membership_id": new.pk, "known": (at, None), "key": ""})
        write(copy, list(suspension.sources.all()) or list(new.sources.all()), _overlap_of(copy))
