"""Laying down the frameworks, memberships, suspensions, events and statements of a pack: one act, one entry of the trail.

A row is known by the key the pack gives it. A row that the pack tells otherwise than before is superseded, not changed;
one that the office has corrected since keeps what the office said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.frameworks.acts.rows import supersede
from comity.frameworks.models import Event, Framework, Membership, Statement, Suspension
from comity.kernel.actors import Actor
from comity.parties.acts.batches import Tally, Wanted, lay, tie
from comity.parties.models import Source
from comity.trail import acts as trail

MEMBERSHIP = ("framework_id", "party_id", "standing", "since", "until", "note")
SCOPE = ("practical_civil", "practical_military", "political_dialogue", "headquarters_access", "delegation_size", "system_accounts")
SUSPENSION = ("since", "until", *SCOPE, "deciding_body", "review_on", "ground", "lifting", "note")


@dataclass(frozen=True)
class Register:
    """What a pack says of frameworks and of standing in them; events and suspensions name memberships by key."""

    frameworks: Sequence[Wanted[Framework]]
    memberships: Sequence[Wanted[Membership]]
    suspensions: Sequence[tuple[str, Wanted[Suspension]]]
    events: Sequence[Wanted[Event]]
    statements: Sequence[Wanted[Statement]]


@transaction.atomic
def lay_down(register: Register, *, pack: str, by: Actor, at: datetime) -> dict[str, Tally]:
    """Make the register of frameworks as a pack has it; rows the pack does not know stay as they are."""
    by.must(Permission.LOAD_PACK)
    fields = ("kind", "name_en", "name_fr", "founded", "ended", "predecessor_id", "party_id", "place", "note")
    tallies = {"frameworks": lay(Framework, register.frameworks, fields=fields)}
    tallies["memberships"] = _lay_memberships(register.memberships, at)
    pk_of = dict(Membership.objects.known().exclude(key="").values_list("key", "pk"))
    tallies["suspensions"] = _lay_suspensions(register.suspensions, pk_of, at)
    tallies["events"] = lay(
        Event,
        [_tied(wish, pk_of) for wish in register.events],
        fields=("on", "title_en", "title_fr", "kind", "document", "place", "series", "figure", "note"),
    )
    tallies["statements"] = lay(
        Statement, register.statements, fields=("document", "place", "says_en", "says_fr", "as_of", "claim")
    )
    if not all(tally.is_quiet for tally in tallies.values()):
        counts = {name: tally.as_dict() for name, tally in tallies.items()}
        trail.record("register.laid_down", register.frameworks[0].row, by=by, at=at, pack=pack, rows=counts)
    return tallies


def _lay_memberships(wanted: Sequence[Wanted[Membership]], at: datetime) -> Tally:
    present = {row.key: row for row in Membership.objects.known().exclude(key="")}
    corrected = (
        set(Membership.objects.filter(known__upper_inf=False).exclude(key="").values_list("key", flat=True)) - present.keys()
    )
    new = [wish for wish in wanted if wish.row.key not in present and wish.row.key not in corrected]
    changed = {
        wish.row.key: wish for wish in wanted if wish.row.key in present and _differs(present[wish.row.key], wish.row, MEMBERSHIP)
    }
    for wish in new:
        wish.row.known = (at, None)
    Membership.objects.bulk_create([wish.row for wish in new])
    for key, wish in changed.items():
        values = {name: getattr(wish.row, name) for name in MEMBERSHIP}
        sources = list(Source.objects.filter(pk__in=wish.ties["sources"]))
        supersede(present[key], at=at, sources=sources, key=key, period=wish.row.period, **values)
    same = [(present[wish.row.key].pk, wish.ties) for wish in wanted if wish.row.key in present.keys() - changed.keys()]
    retied = tie(Membership, [*((wish.row.pk, wish.ties) for wish in new), *same]) - {wish.row.pk for wish in new}
    touched = len(changed) + len(retied)
    return Tally(len(new), touched, len(wanted) - len(new) - touched)


def _lay_suspensions(wanted: Sequence[tuple[str, Wanted[Suspension]]], pk_of: Mapping[str, int], at: datetime) -> Tally:
    held = Suspension.objects.exclude(key="").select_related("membership")
    present = {row.key: row for row in held if row.known.upper is None and row.membership.known.upper is None}
    corrected = {row.key for row in held} - present.keys()
    new = [(key, wish) for key, wish in wanted if wish.row.key not in present and wish.row.key not in corrected and key in pk_of]
    changed = [wish for _, wish in wanted if wish.row.key in present and _differs(present[wish.row.key], wish.row, SUSPENSION)]
    for key, wish in new:
        wish.row.membership_id, wish.row.known = pk_of[key], (at, None)
    Suspension.objects.bulk_create([wish.row for _, wish in new])
    for wish in changed:
        values = {name: getattr(wish.row, name) for name in SUSPENSION}
        sources = list(Source.objects.filter(pk__in=wish.ties["sources"]))
        supersede(present[wish.row.key], at=at, sources=sources, key=wish.row.key, period=wish.row.period, **values)
    tie(Suspension, ((wish.row.pk, wish.ties) for _, wish in new))
    return Tally(len(new), len(changed), len(wanted) - len(new) - len(changed))


def _tied(wish: Wanted[Event], pk_of: Mapping[str, int]) -> Wanted[Event]:
    """An event with its memberships named by key tied to the rows held now."""
    rows = frozenset(pk_of[key] for key in wish.ties.get("memberships", ()) if key in pk_of)
    return replace(wish, ties={**wish.ties, "memberships": rows})


def _differs(row: Membership | Suspension, wish: Membership | Suspension, fields: Sequence[str]) -> bool:
    return any(getattr(row, name) != getattr(wish, name) for name in fields)
