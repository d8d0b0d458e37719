"""What may be done with memberships: admit, withdraw, suspend, resume, correct.

Nothing is overwritten. Ending or correcting a row closes the time during which the register held it, and writes the row
as it is held from now on; what was known before can still be read.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.frameworks.acts.rows import AlreadyOnTheRoll, AlreadySuspended, EndsBeforeItStarts, period, supersede, write
from comity.frameworks.models import Framework, Membership, MembershipStanding, Suspension
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.parties.models import Party, Source
from comity.trail import acts as trail

SCOPES = (
    "practical_civil",
    "practical_military",
    "political_dialogue",
    "headquarters_access",
    "delegation_size",
    "system_accounts",
)


class NotYetFounded(Refusal):
    """Nobody belongs to what does not exist."""

    message = _("{framework} was founded on {founded}; a membership cannot start on {since}.")


class ClosedByThen(Refusal):
    """Nobody joins what has ended."""

    message = _("{framework} ended on {ended}; a membership cannot start on {since}.")


class OutsideTheMembership(Refusal):
    """Only what runs can be put on hold or ended."""

    message = _("{party} is not in {framework} on {on}.")


class LiftedAlready(Refusal):
    """A suspension is lifted once."""

    message = _("This suspension ended on {until}.")


@transaction.atomic
def admit(
    party: Party,
    *,
    to: Framework,
    standing: str,
    since: str,
    until: str = "",
    note: str = "",
    sources: Collection[Source],
    by: Actor,
    at: datetime,
) -> Membership:
    """Put a party on a roll, in a standing, from a date as precise as its source."""
    by.must(Permission.KEEP_REGISTER)
    first, last = PartialDate(since), PartialDate(until)
    _must_exist(to, first)
    row = Membership(
        framework=to,
        party=party,
        standing=MembershipStanding(standing),
        since=first,
        until=last,
        period=period(first, last),
        known=(at, None),
        note=note,
    )
    write(row, sources, AlreadyOnTheRoll(party=party.name, framework=to.name))
    trail.record("membership.admitted", row, by=by, at=at, about=party.code, framework=to.code, standing=standing, since=since)
    return row


@transaction.atomic
def withdraw(
    membership: Membership, *, on: date, note: str = "", sources: Collection[Source], by: Actor, at: datetime
) -> Membership:
    """End a membership on a day, and say from that day on that the party is out."""
    by.must(Permission.KEEP_REGISTER)
    _must_run(membership, on)
    ended = supersede(membership, at=at, until=PartialDate.of(on), period=(membership.period.lower, on))
    out = Membership(
        framework=membership.framework,
        party=membership.party,
        standing=MembershipStanding.WITHDRAWN,
        since=PartialDate.of(on),
        period=(on, None),
        known=(at, None),
        note=note,
    )
    write(out, sources, AlreadyOnTheRoll(party=membership.party.name, framework=membership.framework.name))
    about = membership.party_id
    trail.record("membership.withdrawn", ended, by=by, at=at, about=about, framework=membership.framework_id, on=on)
    return ended


@transaction.atomic
def suspend(
    membership: Membership,
    *,
    on: date,
    scope: Collection[str],
    body: str,
    ground: str,
    review_on: str = "",
    sources: Collection[Source],
    by: Actor,
    at: datetime,
) -> Suspension:
    """Put a membership on hold, in scope: the party stays on the roll and is named as suspended."""
    by.must(Permission.KEEP_REGISTER)
    _must_run(membership, on)
    suspension = Suspension(
        membership=membership,
        since=PartialDate.of(on),
        period=(on, None),
        known=(at, None),
        deciding_body=body,
        ground=ground,
        review_on=PartialDate(review_on),
        **{part: part in scope for part in SCOPES},
    )
    write(suspension, sources, AlreadySuspended(party=membership.party.name, framework=membership.framework.name))
    facts = {"framework": membership.framework_id, "on": on, "ground": ground, "scope": sorted(scope), "body": body}
    trail.record("membership.suspended", membership, by=by, at=at, about=membership.party_id, **facts)
    return suspension


@transaction.atomic
def resume(suspension: Suspension, *, on: date, ground: str, by: Actor, at: datetime) -> Suspension:
    """Lift a suspension from a day: what was on hold is open again."""
    by.must(Permission.KEEP_REGISTER)
    if suspension.until.is_known:
        raise LiftedAlready(until=suspension.until)
    if on <= suspension.period.lower:
        raise EndsBeforeItStarts(until=on, since=suspension.since)
    lifted = supersede(suspension, at=at, until=PartialDate.of(on), period=(suspension.period.lower, on), lifting=ground)
    membership = suspension.membership
    about = membership.party_id
    trail.record(
        "membership.resumed", membership, by=by, at=at, about=about, framework=membership.framework_id, on=on, ground=ground
    )
    return lifted


@transaction.atomic
def correct(
    membership: Membership,
    *,
    since: str | None = None,
    until: str | None = None,
    standing: str | None = None,
    note: str | None = None,
    sources: Collection[Source] | None = None,
    reason: str,
    by: Actor,
    at: datetime,
) -> Membership:
    """Say from now on that something else was true; what the register held until now stays readable."""
    by.must(Permission.KEEP_REGISTER)
    first = membership.since if since is None else PartialDate(since)
    last = membership.until if until is None else PartialDate(until)
    changes: dict[str, Any] = {"since": first, "until": last, "period": period(first, last)}
    changes |= {"standing": MembershipStanding(standing)} if standing else {}
    changes |= {"note": note} if note is not None else {}
    corrected = supersede(membership, at=at, sources=sources, **changes)
    facts = {"reason": reason, "before": str(membership), "after": str(corrected)}
    trail.record("membership.corrected", corrected, by=by, at=at, about=membership.party_id, **facts)
    return corrected


def _must_exist(framework: Framework, since: PartialDate) -> None:
    if since.latest and framework.founded.earliest and since.latest < framework.founded.earliest:
        raise NotYetFounded(framework=framework.name, founded=framework.founded, since=since)
    if since.earliest and framework.ended.stops and framework.ended.stops < since.earliest:
        raise ClosedByThen(framework=framework.name, ended=framework.ended, since=since)


def _must_run(membership: Membership, on: date) -> None:
    first, stop = membership.period.lower, membership.period.upper
    if (first and on <= first) or (stop and stop <= on):
        raise OutsideTheMembership(party=membership.party.name, framework=membership.framework.name, on=on)
