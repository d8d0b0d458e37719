"""Erasing what names people once it is past its purpose, as `policy/retention.yaml` says, and the receipts of it."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from comity.exchange.models import Batch, BatchState
from comity.kernel.actors import Actor
from comity.nominations.acts import nominations, people
from comity.nominations.models import ENDED, Identity, Nomination, NominationQuerySet, Person, Receipt, Waiver
from comity.nominations.queries.imports import KIND, SEALED
from comity.trail import acts as trail

# The days of the policy; a test compares them with the file that people sign.
AFTER_THE_LAST, NEVER_PUT_FORWARD, SHEETS = 365, 90, 7
GONE = "–"


@transaction.atomic
def erase(person: Person, *, by: Actor, at: datetime) -> Receipt:
    """Erase what names one person, now: the delegation's own decision. Whatever is still ahead is withdrawn before."""
    kept = people.held(person, by)
    if kept.erased_at:
        raise people.IsErased(person=kept.number)
    ahead = Nomination.objects.live().filter(person=kept).exclude(activity__last_day__lt=at.date())
    if ahead.exists():
        nominations.withdraw(ahead, by=by, at=at)
    receipt = _erased({kept.pk: kept.number}, "erased-by-delegation", by=by, at=at)
    trail.record("person.erased", kept, by=by, at=at, about=kept.party_id)
    return receipt


@transaction.atomic
def erase_due(*, by: Actor, at: datetime) -> list[Receipt]:
    """Erase whoever is past their purpose: a year after the last activity, ninety days after a candidacy that came to nothing."""
    found = {
        "never-put-forward": _never_put_forward(at - timedelta(days=NEVER_PUT_FORWARD)),
        "after-the-last-activity": _past(at - timedelta(days=AFTER_THE_LAST)),
    }
    receipts = []
    for rule, rows in found.items():
        if due := dict(rows):
            receipts.append(_erased(due, rule, by=by, at=at))
            trail.record("people.erased", receipts[-1], by=by, at=at, rule=rule, people=len(due))
    if sheets := _empty_sheets(Q(state=BatchState.PREVIEWED, made_at__lte=at - timedelta(days=SHEETS))):
        receipts.append(_receipt("sheets-never-applied", sheets, by=by, at=at))
        trail.record("people.erased", receipts[-1], by=by, at=at, rule="sheets-never-applied", people=len(sheets))
    return receipts


def forget(somebody: Sequence[Person], *, by: Actor, at: datetime) -> None:
    """Erase people whom nothing keeps any more after an undo: those with no other nomination; part of an act that records it."""
    alive = Nomination.objects.live().filter(person__in=somebody).order_by().values_list("person", flat=True)
    due = {p.pk: p.number for p in somebody if p.pk not in set(alive)}
    if due:
        _erased(due, "sheet-undone", by=by, at=at)


def _past(since: datetime) -> list[tuple[int, str]]:
    """Whoever has had nothing to do with an activity since a day: registered before it, and every activity over by then."""
    still = Nomination.objects.filter(Q(activity__last_day__gt=since.date()) | Q(activity__last_day__isnull=True, ended_at=None))
    rows = Person.objects.filter(erased_at=None, identity__isnull=False, registered_at__lte=since)
    return list(rows.exclude(pk__in=_holding_on(still).values("person")).order_by("pk").values_list("pk", "number"))


def _never_put_forward(since: datetime) -> list[tuple[int, str]]:
    """Whoever was collected and came to nothing: every nomination ended by then, and for none was a seat ever held."""
    alive = Nomination.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since) | Q(put_forward_at__isnull=False))
    ended = Nomination.objects.filter(state__in=ENDED).order_by().values("person")
    rows = Person.objects.filter(erased_at=None, identity__isnull=False, pk__in=ended)
    return list(rows.exclude(pk__in=alive.order_by().values("person")).order_by("pk").values_list("pk", "number"))


def _holding_on(rows: NominationQuerySet) -> NominationQuerySet:
    """Those that still give a purpose: live ones, and those for whom a seat was held."""
    return rows.filter(Q(ended_at=None) | Q(put_forward_at__isnull=False)).order_by()


def _erased(due: dict[int, str], rule: str, *, by: Actor, at: datetime) -> Receipt:
    """Delete the boxes of people and every word about them that somebody wrote; their numbers stay."""
    Identity.objects.filter(person__in=due).delete()
    Person.objects.filter(pk__in=due).update(erased_at=at)
    Nomination.objects.filter(person__in=due).exclude(reason="").update(reason=GONE)
    Waiver.objects.filter(nomination__person__in=due).update(ground=GONE)
    return _receipt(rule, due.values(), by=by, at=at)


def _receipt(rule: str, numbers: Collection[str], *, by: Actor, at: datetime) -> Receipt:
    """How many, and a digest of their numbers in order, which tells nobody who they were and can be compared."""
    digest = hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
    return Receipt.objects.create(rule=rule, many=len(numbers), digest=digest, at=at, by=by.login)


def _empty_sheets(which: Q) -> list[str]:
    """Take the sealed names out of sheets; which of them held any."""
    emptied = []
    for batch in Batch.objects.filter(which, kind=KIND).select_for_update().iterator():
        if any(SEALED in row["after"] for row in batch.rows):
            batch.rows = [row | {"after": {k: v for k, v in row["after"].items() if k != SEALED}} for row in batch.rows]
            batch.save(update_fields=["rows"])
            emptied.append(str(batch.pk))
    return emptied
