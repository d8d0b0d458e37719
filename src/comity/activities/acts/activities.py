"""Acts on activities: drafted, offered, approved or returned, revised, retired."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from comity.accounts.rules import Permission
from comity.activities.acts.editions import STATE_WORDS, ReasonMissing
from comity.activities.models import Activity, ActivityState, DeliveryPart, Edition
from comity.activities.queries import terms_by_word
from comity.activities.rules import entries
from comity.kernel.actors import Actor
from comity.kernel.refusals import ChangedMeanwhile, NotFound, NotPermitted, Refusal
from comity.kernel.tables import refusing, sort_key
from comity.kernel.words import Sentence, _
from comity.trail import acts as trail

OPEN_STATES = (ActivityState.DRAFT, ActivityState.OFFERED, ActivityState.RETURNED)
# Fields that a form or a sheet may set; everything else follows from them or from an act.
FIELDS = frozenset(c.field for c in entries.COLUMNS) - {"row_ref"} | {"provider_party_id"}


class ContributionsAreClosed(Refusal):
    """Activities are contributed between the call and the close of requests."""

    message = _("Edition {year} takes no contributions now: it is in the state “{state}”.")


class NotYoursToChange(Refusal):
    """An entry belongs to whoever contributed or provides it, and to the managers of the menu."""

    message = _("{number} belongs to another contributor.")


class EntryIncomplete(Refusal):
    """An entry is offered when others can judge it."""

    message = _("{number} cannot be offered yet: it still needs {lacking}.")


class NotForThisState(Refusal):
    """Each act begins from certain states of an entry."""

    message = _("{number} is in the state “{state}”; this cannot be done to it.")


class NothingToApprove(Refusal):
    """Whoever approves in bulk has looked at a number first."""

    message = _("You were shown {shown} entries to approve; now there are {there}. Look again before you approve.")


class Impossible(Refusal):
    """Seats, minima and dates fit each other."""

    message = _("These values contradict each other: check the dates, the seats and the minimum.")


class PartEndsBeforeItBegins(Refusal):
    """A part runs from a day to the same or a later one."""

    message = _("Give the first and the last day of this part, in this order.")


class TimesNeedAZone(Refusal):
    """An hour means something in a place."""

    message = _("Times need a time zone such as Europe/Brussels.")


ENTRY_WORDS: dict[str, str] = {
    ActivityState.DRAFT: _("draft"),
    ActivityState.OFFERED: _("offered"),
    ActivityState.APPROVED: _("approved"),
    ActivityState.RETURNED: _("returned"),
    ActivityState.RETIRED: _("retired"),
}


@transaction.atomic
def draft(edition: Edition, values: dict[str, Any], *, parts: Sequence[dict[str, Any]] = (), at: datetime, by: Actor) -> Activity:
    """Begin an entry; whatever is known so far is kept, nothing has to be complete (F19)."""
    by.must(Permission.OFFER_ACTIVITIES)
    must_take(edition, by)
    kept = completed(_only_fields(values))
    prefix = kept.get("provider_country_id") or by.party
    with lawfully(), transaction.atomic():
        activity = Activity.objects.create(
            edition=edition,
            number=next_numbers([prefix])[0],
            contributed_by_id=by.party,
            contributed_at=at,
            is_demonstration=edition.is_demonstration,
            **kept,
        )
        _set_parts(activity, parts)
    trail.record("activity.drafted", activity, by=by, at=at, about=by.party or "", edition=edition.pk)
    return activity


@transaction.atomic
def revise(
    activity: Activity,
    values: dict[str, Any],
    *,
    version: int,
    parts: Sequence[dict[str, Any]] | None = None,
    at: datetime,
    by: Actor,
) -> Activity:
    """Change an entry; refused when somebody changed it since `version` was read (F18)."""
    stored = _held(activity, by)
    if stored.version != version:
        raise ChangedMeanwhile
    if stored.state == ActivityState.RETIRED or (stored.state == ActivityState.APPROVED and not by.may(Permission.MANAGE_MENU)):
        raise _not_for(stored)
    wanted = _only_fields(values)
    before = {name: entries.written(getattr(stored, name)) for name in wanted}
    for name, value in completed(_all_fields(stored) | wanted).items():
        setattr(stored, name, value)
    changes = {n: [before[n], entries.written(v)] for n, v in wanted.items() if before[n] != entries.written(v)}
    if stored.state != ActivityState.DRAFT and not (stored.title and stored.kind):
        raise _lacking(stored)
    stored.version += 1
    with lawfully(), transaction.atomic():
        stored.save()
        if parts is not None:
            _set_parts(stored, parts)
    trail.record("activity.revised", stored, by=by, at=at, about=stored.concerns, changes=changes)
    return stored


@transaction.atomic
def offer(activity: Activity, *, at: datetime, by: Actor) -> Activity:
    """Offer a complete entry for the menu."""
    stored = _held(activity, by)
    must_take(stored.edition, by)
    if stored.state not in (ActivityState.DRAFT, ActivityState.RETURNED):
        raise _not_for(stored)
    if entries.lacking(_all_fields(stored)):
        raise _lacking(stored)
    facts = {"offered_at": at, "offered_by": by.login, "decided_at": None, "decided_by": "", "reason": ""}
    return _turn(stored, ActivityState.OFFERED, "activity.offered", at=at, by=by, facts=facts)


@transaction.atomic
def bring_in(
    edition: Edition,
    rows: Sequence[dict[str, Any]],
    *,
    parts: Sequence[Sequence[dict[str, Any]]] = (),
    contributed_by: Sequence[str | None] = (),
    approving: bool = False,
    at: datetime,
    by: Actor,
) -> int:
    """Offer many entries at once, or approve them with it, with their parts in the same order; one line in the trail."""
    by.must(Permission.MANAGE_MENU)
    must_take(edition, by)
    made = create_all(edition, rows, approving=approving, contributed_by=contributed_by, at=at, by=by)
    DeliveryPart.objects.bulk_create(
        DeliveryPart(activity=activity, **part) for activity, some in zip(made, parts, strict=False) for part in some
    )
    trail.record("edition.entries-brought-in", edition, by=by, at=at, offered=len(made), approved=len(made) if approving else 0)
    return len(made)


def create_all(
    edition: Edition,
    rows: Sequence[dict[str, Any]],
    *,
    approving: bool = False,
    contributed_by: Sequence[str | None] = (),
    at: datetime,
    by: Actor,
) -> list[Activity]:
    """Many new entries under new numbers, offered or approved, in a number of statements that never grows."""
    values = with_areas([entries.with_days(row) for row in rows])
    numbers = next_numbers([v.get("provider_country_id") for v in values])
    facts: dict[str, Any] = {
        "edition": edition,
        "state": ActivityState.APPROVED if approving else ActivityState.OFFERED,
        "contributed_at": at,
        "offered_at": at,
        "offered_by": by.login,
        "is_demonstration": edition.is_demonstration,
    }
    if approving:
        facts |= {"decided_at": at, "decided_by": by.login}
    contributors = contributed_by or [by.party] * len(values)
    made = [
        Activity(number=number, contributed_by_id=party, **facts, **row)
        for number, party, row in zip(numbers, contributors, values, strict=True)
    ]
    return Activity.objects.bulk_create(made)


@transaction.atomic
def approve(activity: Activity, *, at: datetime, by: Actor) -> Activity:
    """Take an offered entry into the menu."""
    by.must(Permission.MANAGE_MENU)
    stored = _held(activity, by)
    if stored.state != ActivityState.OFFERED:
        raise _not_for(stored)
    return _turn(
        stored, ActivityState.APPROVED, "activity.approved", at=at, by=by, facts={"decided_at": at, "decided_by": by.login}
    )


@transaction.atomic
def approve_all(edition: Edition, *, shown: int, at: datetime, by: Actor) -> int:
    """Approve everything offered in an edition, provided that it is as many as were shown."""
    by.must(Permission.MANAGE_MENU)
    offered = list(
        edition.activities.select_for_update().filter(state=ActivityState.OFFERED).order_by("pk").values_list("pk", flat=True)
    )
    if len(offered) != shown or not offered:
        raise NothingToApprove(shown=shown, there=len(offered))
    Activity.objects.filter(pk__in=offered).update(
        state=ActivityState.APPROVED, decided_at=at, decided_by=by.login, version=F("version") + 1
    )
    trail.record("edition.entries-approved", edition, by=by, at=at, approved=len(offered))
    return len(offered)


@transaction.atomic
def return_(activity: Activity, *, reason: str, at: datetime, by: Actor) -> Activity:
    """Hand an offered entry back to its contributor with what is to be mended."""
    by.must(Permission.MANAGE_MENU)
    stored = _held(activity, by)
    if stored.state != ActivityState.OFFERED:
        raise _not_for(stored)
    facts = {"decided_at": at, "decided_by": by.login, "reason": _reason(reason)}
    return _turn(stored, ActivityState.RETURNED, "activity.returned", at=at, by=by, facts=facts, reason=reason)


@transaction.atomic
def retire(activity: Activity, *, reason: str, at: datetime, by: Actor) -> Activity:
    """Take an entry out of the menu for good; a manager at any time, a contributor as long as it is not approved."""
    stored = _held(activity, by)
    may = by.may(Permission.MANAGE_MENU) or stored.state in OPEN_STATES
    if not may or stored.state == ActivityState.RETIRED:
        raise _not_for(stored)
    facts = {"decided_at": at, "decided_by": by.login, "reason": _reason(reason)}
    return _turn(stored, ActivityState.RETIRED, "activity.retired", at=at, by=by, facts=facts, reason=reason)


def must_take(edition: Edition, by: Actor) -> None:
    """Refuse unless the edition takes contributions; managers of the menu may add until it is closed."""
    late = by.may(Permission.MANAGE_MENU) and edition.state not in ("planned", "closed")
    if not (edition.takes_contributions() or late):
        raise ContributionsAreClosed(year=str(edition), state=Sentence(STATE_WORDS[edition.state]))


def lawfully() -> AbstractContextManager[None]:
    """The laws of the tables about entries and their parts, in words."""
    return refusing(
        activity_has_a_seat_or_says_nothing=Impossible(),
        activity_minimum_fits_its_seats=Impossible(),
        activity_begins_before_it_ends=Impossible(),
        activity_most_per_party_is_positive=Impossible(),
        delivery_part_begins_before_it_ends=PartEndsBeforeItBegins(),
        delivery_part_with_times_has_a_zone=TimesNeedAZone(),
    )


def completed(values: dict[str, Any]) -> dict[str, Any]:
    """The values with what follows from them: the days, and the term that the area is."""
    return with_areas([entries.with_days(values)])[0]


def with_areas(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the term their area was found to be; one query however many rows."""
    terms = terms_by_word()
    found = []
    for row in rows:
        term = terms.get(sort_key(row.get("area", "")))
        found.append(row | {"area_term_id": term.pk if term else None, "area_key": term.code if term else row.get("area", "")})
    return found


def next_numbers(prefixes: Sequence[str | None]) -> list[str]:
    """As many new numbers as prefixes, in order; writers take turns, so that no number is given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('comity.activities.numbers'))")
        cursor.execute(
            "SELECT split_part(number, '.', 1), max(split_part(number, '.', 2)::int) FROM activities_activity "
            "WHERE split_part(number, '.', 1) = ANY(%s) GROUP BY 1",
            [sorted({p or "XXX" for p in prefixes})],
        )
        taken: dict[str, int] = dict(cursor.fetchall())
    numbers = []
    for prefix in prefixes:
        numbers.append(entries.numbered(prefix, taken))
        taken[prefix or "XXX"] = taken.get(prefix or "XXX", 0) + 1
    return numbers


def _held(activity: Activity, by: Actor) -> Activity:
    """The entry, locked, provided that the actor may change it."""
    if not (by.may(Permission.MANAGE_MENU) or by.may(Permission.OFFER_ACTIVITIES)):
        raise NotPermitted(permission=Permission.OFFER_ACTIVITIES)
    stored = locked(activity, by)
    if not is_theirs(stored, by):
        raise NotYoursToChange(number=stored.number)
    return stored


def locked(activity: Activity, by: Actor) -> Activity:
    """The activity under lock.

    Raises:
        NotFound: there is none, or it is not for this actor to see.
    """
    rows = Activity.objects.seen_by(by).select_for_update(of=("self",)).select_related("edition")
    stored = rows.filter(pk=activity.pk).first()
    if stored is None:
        raise NotFound(what="activity")
    return stored


def is_theirs(activity: Activity, by: Actor) -> bool:
    """Whether an actor may change an entry: its contributor, its provider, a manager of the menu."""
    return by.may(Permission.MANAGE_MENU) or (activity.is_of(by) and by.may(Permission.OFFER_ACTIVITIES))


def _turn(activity: Activity, to: str, act: str, *, at: datetime, by: Actor, facts: dict[str, Any], **told: object) -> Activity:
    """Move an entry to another state with the facts of the step."""
    activity.state = to
    activity.version += 1
    for name, value in facts.items():
        setattr(activity, name, value)
    activity.save(update_fields=["state", "version", *facts])
    trail.record(act, activity, by=by, at=at, about=activity.concerns, **told)
    return activity


def _set_parts(activity: Activity, parts: Sequence[dict[str, Any]]) -> None:
    activity.parts.all().delete()
    DeliveryPart.objects.bulk_create(DeliveryPart(activity=activity, **part) for part in parts)


def _only_fields(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in FIELDS}


def _all_fields(activity: Activity) -> dict[str, Any]:
    return {name: getattr(activity, name) for name in FIELDS}


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()[:600]


def _not_for(activity: Activity) -> NotForThisState:
    return NotForThisState(number=activity.number, state=Sentence(ENTRY_WORDS[activity.state]))


def _lacking(activity: Activity) -> EntryIncomplete:
    return EntryIncomplete(number=activity.number, lacking=[Sentence(label) for label in entries.lacking(_all_fields(activity))])
