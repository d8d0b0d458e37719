"""Accession of a partner to the Alliance: one act that ends and starts the right rows."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.frameworks.acts.rows import AlreadyOnTheRoll, supersede, write
from comity.frameworks.models import Framework, FrameworkKind, Membership, MembershipStanding
from comity.frameworks.queries import accessions
from comity.frameworks.rules import COUNTED
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.parties.models import Party, Source
from comity.trail import acts as trail


class NotAnAlliance(Refusal):
    """One accedes to an alliance; other frameworks one joins."""

    message = _("{framework} is no alliance: parties are admitted to it, they do not accede.")


class AlreadyAnAlly(Refusal):
    """One accedes once."""

    message = _("{party} is already an Ally in {framework} on {on}.")


@transaction.atomic
def accede(party: Party, *, to: Framework, on: date, sources: Collection[Source], by: Actor, at: datetime) -> Membership:
    """Make a partner an Ally: its partner rows end that day, and it sits as an Ally wherever Allies sit."""
    by.must(Permission.KEEP_REGISTER)
    if to.kind != FrameworkKind.ALLIANCE:
        raise NotAnAlliance(framework=to.name)
    running = {
        row.framework_id: row for row in Membership.objects.known().filter(party=party, standing="ally", period__contains=on)
    }
    if to.code in running:
        raise AlreadyAnAlly(party=party.name, framework=to.name, on=on)
    planned = accessions.preview(party, to=to, on=on, seen_by=by)
    partner_rows = Membership.objects.known().filter(party=party, standing__in=COUNTED - {"ally"}, framework__in=planned.ends)
    for row in partner_rows.filter(period__contains=on):
        supersede(row, at=at, until=PartialDate.of(on), period=(row.period.lower, on))
    seats = {code: _seat(party, code, on, sources, at) for code in planned.starts if code not in running}
    facts = {"framework": to.code, "on": on, "ends": planned.ends, "starts": list(seats)}
    trail.record("party.acceded", seats[to.code], by=by, at=at, about=party.code, **facts)
    return seats[to.code]


def _seat(party: Party, code: str, on: date, sources: Collection[Source], at: datetime) -> Membership:
    framework = Framework.objects.get(code=code)
    row = Membership(
        framework=framework,
        party=party,
        standing=MembershipStanding.ALLY,
        since=PartialDate.of(on),
        period=(on, None),
        known=(at, None),
    )
    write(row, sources, AlreadyOnTheRoll(party=party.name, framework=framework.name))
    return row
