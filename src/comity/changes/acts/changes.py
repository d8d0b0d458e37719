"""Changes: prepared with the list of what they touch, looked at again, applied whole or not at all, or dropped.

A change is applied to what was shown and to nothing else: it carries the digest of the list, and is refused when the list
has become another one meanwhile.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.acts.editions import ReasonMissing
from comity.activities.acts.running import may_change
from comity.activities.models import Activity
from comity.changes import queries
from comity.changes.acts import doing
from comity.changes.models import Change, ChangeState, Deed
from comity.changes.queries.consequences import THE_HOUSE, of_reach, touched
from comity.changes.queries.drafts import RECIPIENTS, drafts
from comity.changes.queries.reach import Reach, reach
from comity.changes.queries.substitutes import substitutes
from comity.changes.rules import STATES, Consequence, digest, joined, since, told
from comity.frameworks.models import Framework
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.kernel.words import Sentence, Word, _
from comity.notices.acts import notices
from comity.parties.models import Party
from comity.trail import acts as trail

TOPIC = "changes"
FEW = 5


class ConsequencesChanged(Refusal):
    """What is applied is what was shown."""

    message = _("Since you looked, this is otherwise: {what} Nothing was done. Look at the whole list again, then decide.")


class AlreadySettled(Refusal):
    """A change is applied once, or dropped."""

    message = _("This change is settled already ({state}).")


class ShrinksBelowGranted(Refusal):
    """Whoever takes back what was promised says why."""

    message = _(
        "{granted} places are granted and {seats} seats would be left. Say why: those who lose a place will read the reason."
    )


@transaction.atomic
def prepare_move(
    activity: Activity, *, starts: PartialDate, ends: PartialDate, reason: str = "", note_en: str = "", note_fr: str = "",
    by: Actor, at: datetime,
) -> Change:  # fmt: skip
    """Look at what a move to other days would touch."""
    former = {"starts": str(activity.starts), "ends": str(activity.ends)}
    values = {"starts": str(starts), "ends": str(ends), "former": former}
    return _prepare(Change(deed=Deed.MOVE, activity=activity, values=values), reason, (note_en, note_fr), by=by, at=at)


@transaction.atomic
def prepare_shrink(
    activity: Activity, *, seats: int, minimum: int | None = None, reason: str = "", note_en: str = "", note_fr: str = "",
    by: Actor, at: datetime,
) -> Change:  # fmt: skip
    """Look at what fewer seats would touch; below what is granted only with a reason."""
    values = {"seats": seats, "minimum": minimum, "former": {"seats": activity.seats, "minimum": activity.minimum}}
    return _prepare(Change(deed=Deed.SHRINK, activity=activity, values=values), reason, (note_en, note_fr), by=by, at=at)


@transaction.atomic
def prepare_cancel(
    activity: Activity, *, reason: str, note_en: str = "", note_fr: str = "", by: Actor, at: datetime
) -> Change:  # fmt: skip
    """Look at what calling an activity off would touch."""
    return _prepare(Change(deed=Deed.CANCEL, activity=activity, values={}), reason, (note_en, note_fr), by=by, at=at)


@transaction.atomic
def prepare_suspension(
    party: Party, framework: Framework, *, values: dict[str, Any], reason: str, note_en: str = "", note_fr: str = "",
    by: Actor, at: datetime,
) -> Change:  # fmt: skip
    """Look at what suspending a party in a framework would touch.

    Args:
        values: the day `on`, the `scope` as a list of its parts, the deciding `body`, the `review_on` if one is set, and
            the keys of the `sources`.
    """
    made = Change(deed=Deed.SUSPEND, party=party, framework=framework, values=values)
    return _prepare(made, reason, (note_en, note_fr), by=by, at=at)


@transaction.atomic
def look_again(change: Change, *, by: Actor, at: datetime) -> Change:
    """Take the list as it stands now for what was shown."""
    kept = _held(change, by)
    _look(kept, touched(kept, on=at.date()))
    kept.save(update_fields=["content", "digest"])
    trail.record("change.looked-at", kept, by=by, at=at, digest=kept.digest)
    return kept


@transaction.atomic
def apply(change: Change, *, shown: str, by: Actor, at: datetime) -> Change:
    """Make a change with all that follows from it, or none of it.

    Raises:
        ConsequencesChanged: the list is not what was shown; nothing is done.
    """
    kept = _held(change, by)
    found = _locked(kept, at=at)
    now = of_reach(found, on=at.date())
    if not shown == kept.digest == digest(now):
        raise ConsequencesChanged(what=_otherwise(kept, now, by))
    notes = drafts(kept, now, substitutes(found, on=at.date(), seen_by=THE_HOUSE), on=at.date(), seen_by=THE_HOUSE)
    for step in doing.STEPS[kept.deed]:
        step(kept, found, by=by, at=at)
    for note in notes:
        key = f"change.{kept.pk}.{note.party.code}"
        notices.tell(
            TOPIC, key, note.sentence, link=note.link, party=note.party.code, roles=RECIPIENTS, about=note.party.code, by=by, at=at
        )
    kept.state, kept.applied_at, kept.applied_by = ChangeState.APPLIED, at, by.login
    kept.content = [told(one) for one in now]
    kept.save(update_fields=["state", "applied_at", "applied_by", "content"])
    facts = {"kind": kept.deed, "touched": len(now), "told": len(notes), "digest": kept.digest}
    trail.record("change.applied", kept, by=by, at=at, about=_about(kept), **facts)
    return kept


@transaction.atomic
def drop(change: Change, *, by: Actor, at: datetime) -> Change:
    """Leave things as they are; that somebody looked stays in the record."""
    kept = _held(change, by)
    kept.state, kept.dropped_at, kept.dropped_by = ChangeState.DROPPED, at, by.login
    kept.save(update_fields=["state", "dropped_at", "dropped_by"])
    trail.record("change.dropped", kept, by=by, at=at, kind=kept.deed)
    return kept


def must_be_for(change: Change, by: Actor) -> None:
    """Refuse unless the actor may do such a thing at all."""
    if change.deed == Deed.SUSPEND:
        by.must(Permission.KEEP_REGISTER)
        by.must(Permission.SEE_EVERYTHING)
    elif change.activity is None or not may_change(change.activity, by):
        raise NotPermitted(permission=Permission.CHANGE_ACTIVITIES)


def _prepare(change: Change, reason: str, note: tuple[str, str], *, by: Actor, at: datetime) -> Change:
    """Keep what is meant with the list of what it touches now; the deed itself is rehearsed, so that it can be done."""
    change.reason, change.note_en, change.note_fr = reason.strip()[:600], note[0].strip()[:600], note[1].strip()[:600]
    must_be_for(change, by)
    if change.deed in (Deed.CANCEL, Deed.SUSPEND) and not change.reason:
        raise ReasonMissing
    with suppress(_Rehearsed), transaction.atomic():
        doing.deed(change, by=by, at=at)
        raise _Rehearsed
    if change.activity:
        change.activity = Activity.objects.select_related("edition").get(pk=change.activity.pk)
    found = reach(change, on=at.date(), seen_by=THE_HOUSE)
    if found.losses and not change.reason:
        raise ShrinksBelowGranted(granted=sum(found.held.values()), seats=change.values["seats"])
    _look(change, of_reach(found, on=at.date()))
    change.prepared_at, change.prepared_by, change.prepared_for = at, by.login, by.party or ""
    change.save()
    trail.record("change.drafted", change, by=by, at=at, kind=change.deed, touched=len(change.content), digest=change.digest)
    return change


class _Rehearsed(Exception):
    """The deed can be done; it is undone again."""


def _look(change: Change, now: Collection[Consequence]) -> None:
    change.content, change.digest = [told(one) for one in now], digest(now)


def _held(change: Change, by: Actor) -> Change:
    """The change under lock, provided that it is open and the actor's to make."""
    seen = queries.changes(seen_by=by).filter(pk=change.pk)
    kept = Change.objects.select_for_update(of=("self",)).filter(pk__in=seen.values("pk"))
    found = kept.select_related("activity__edition", "party", "framework").first()
    if found is None:
        raise NotFound(what="change")
    must_be_for(found, by)
    if not found.is_open:
        raise AlreadySettled(state=Word(STATES[found.state]))
    return found


def _locked(change: Change, *, at: datetime) -> Reach:
    """How far a change reaches, with every row it will touch locked in the order in which other acts lock them."""
    first = reach(change, on=at.date(), seen_by=THE_HOUSE)
    doing.lock(first)
    change.refresh_from_db(fields=["activity"])
    return reach(change, on=at.date(), seen_by=THE_HOUSE)


def _otherwise(change: Change, now: Collection[Consequence], by: Actor) -> Sentence:
    """What came and what is gone since the list was shown, as far as the actor may know of it."""
    everything = by.may(Permission.SEE_EVERYTHING)
    differs = since(change.kept, now)
    seen = [c for c in (*differs.came, *differs.gone) if c.seen_by(by.party, everything=everything)]
    words = {True: _("new: {party} {what}."), False: _("no longer so: {party} {what}.")}
    told_of = [Sentence(words[c in differs.came], {"party": c.party, "what": c.says}) for c in seen[:FEW]]
    if len(seen) > FEW:
        told_of.append(Sentence(_("And more: {count}."), {"count": len(seen) - FEW}))
    return (
        joined(told_of)
        if told_of
        else Sentence(_("something that is not for you to see, or the page you looked at is an old one."))
    )


def _about(change: Change) -> str:
    if change.party_id:
        return change.party_id
    assert change.activity is not None
    return change.activity.provider_party_id or change.activity.contributed_by_id or ""
