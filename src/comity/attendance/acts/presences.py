"""Marking who is there: one person in one part, each tap for itself; or everybody who is not marked yet."""

from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction

from comity.activities.models import Activity
from comity.attendance.acts.running import accepted, must_have_begun, must_run, opened, part_of
from comity.attendance.models import Outcome, Presence, Sheet
from comity.attendance.rules.settling import MARKS
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Word, _
from comity.nominations.models import Nomination, NominationState
from comity.trail import acts as trail


class NoSuchMark(Refusal):
    """Somebody is present, absent or excused."""

    message = _("“{mark}” is no mark: somebody is present, absent or excused.")


class MarkedMeanwhile(Refusal):
    """Two hands on one cell: the first one counts, and the second one is told."""

    message = _("{person} was marked “{mark}” by {who} in the meantime. Look again, then mark once more if that is wrong.")


class SheetIsClosed(Refusal):
    """A closed sheet is opened again before it is marked."""

    message = _("The sheet of {activity} is closed. Open it again, with a reason, to change it.")


class IsCertified(Refusal):
    """Whether somebody passed is said before the certificate."""

    message = _("{person} holds the certificate {number}: revoke it first.")


@transaction.atomic
def mark(activity: Activity, nomination: int, *, part: int, to: str, version: int, by: Actor, at: datetime) -> Presence:
    """Mark one person in one part, on top of the version that was seen; the same mark twice is one mark.

    Raises:
        MarkedMeanwhile: somebody else marked this cell otherwise in the meantime.
        NotBegunYet: the part begins later, in its zone.
        SheetIsClosed: nothing is marked any more.
    """
    must_run(activity, by)
    if to not in MARKS:
        raise NoSuchMark(mark=to[:20])
    must_have_begun(activity, at, part_of(activity, part))
    sheet = opened(activity, by=by, at=at)
    # The sheet before the person, as closing takes them: the other way round two of them would wait for each other.
    Sheet.objects.select_for_update(no_key=True).get(pk=sheet.pk)
    nominee = accepted(activity, nomination, locked=True)
    stands = Presence.objects.select_for_update().filter(nomination=nominee, part=part).first()
    if stands is not None and stands.state == to:
        return stands
    if (stands.version if stands else 0) != version:
        raise _overtaken(nominee, stands)
    with unless_closed(activity), transaction.atomic():
        kept = _put(sheet, nominee, part, to, stands, by=by, at=at)
    facts = {"activity": activity.number, "part": part, "before": stands.state if stands else "", "after": to}
    trail.record("presence.marked", kept, by=by, at=at, about=nominee.party_id, person=str(nominee.person), **facts)
    return kept


def _put(sheet: Sheet, nominee: Nomination, part: int, to: str, stands: Presence | None, *, by: Actor, at: datetime) -> Presence:
    """Write one mark; of two who begin the same cell, the second is told."""
    if stands is None:
        with refusing(presence_is_marked_once_a_part=_overtaken(nominee, None)):
            return Presence.objects.create(
                sheet=sheet, nomination=nominee, party_id=nominee.party_id, part=part, state=to, marked_at=at, marked_by=by.login
            )
    told = {"state": to, "version": stands.version + 1, "marked_at": at, "marked_by": by.login}
    Presence.objects.filter(pk=stands.pk).update(**told)
    return Presence(pk=stands.pk, sheet=sheet, nomination=nominee, party_id=nominee.party_id, part=part, **told)


def _overtaken(nominee: Nomination, stands: Presence | None) -> MarkedMeanwhile:
    mark = Word(MARKS[stands.state]) if stands else Word(_("not marked"))
    return MarkedMeanwhile(person=str(nominee.person), mark=mark, who=stands.marked_by if stands else "–")


@transaction.atomic
def mark_others_present(activity: Activity, *, part: int, by: Actor, at: datetime) -> int:
    """Mark everybody present in a part who is not marked there yet; how many they were. No mark that stands is touched."""
    must_run(activity, by)
    must_have_begun(activity, at, part_of(activity, part))
    sheet = opened(activity, by=by, at=at)
    marked = Presence.objects.filter(sheet=sheet, part=part).values("nomination")
    nominees = Nomination.objects.filter(activity=activity, state=NominationState.ACCEPTED).exclude(pk__in=marked)
    fresh = [
        Presence(sheet=sheet, nomination=n, party_id=n.party_id, part=part, state="present", marked_at=at, marked_by=by.login)
        for n in nominees
    ]
    with unless_closed(activity), transaction.atomic():
        Presence.objects.bulk_create(fresh, ignore_conflicts=True)
    trail.record("presence.others-marked", sheet, by=by, at=at, about=by.party or "", activity=activity.number, part=part,
                 people=len(fresh))  # fmt: skip
    return len(fresh)


@transaction.atomic
def grade(activity: Activity, nomination: int, *, passed: bool | None, by: Actor, at: datetime) -> Outcome:
    """Say whether somebody passed, or that it is not said; before their certificate only.

    Raises:
        IsCertified: the certificate says something already.
    """
    must_run(activity, by)
    must_have_begun(activity, at)
    nominee = accepted(activity, nomination)
    if (held := nominee.certificates.filter(revoked_at__isnull=True).first()) is not None:
        raise IsCertified(person=str(nominee.person), number=held.number)
    sheet = opened(activity, by=by, at=at)
    told = {"sheet": sheet, "party_id": nominee.party_id, "passed": passed}
    outcome, _new = Outcome.objects.update_or_create(nomination=nominee, defaults=told)
    trail.record("presence.graded", outcome, by=by, at=at, about=nominee.party_id, activity=activity.number,
                 person=str(nominee.person), passed=passed)  # fmt: skip
    return outcome


def rewrite(sheet: Sheet, marks: dict[tuple[Nomination, int], str], *, by: Actor, at: datetime) -> None:
    """Write several marks at once, those that are empty taken away; part of an act that records them."""
    people = [nominee.pk for nominee, _part in marks]
    stand = {(p.nomination_id, p.part): p for p in Presence.objects.select_for_update().filter(nomination__in=people)}
    fresh, changed, gone = [], [], []
    for (nominee, part), to in marks.items():
        known = stand.get((nominee.pk, part))
        if known is None and to:
            told = {"party_id": nominee.party_id, "part": part, "state": to, "marked_at": at, "marked_by": by.login}
            fresh.append(Presence(sheet=sheet, nomination=nominee, **told))
        elif known is not None and to:
            known.state, known.version, known.marked_at, known.marked_by = to, known.version + 1, at, by.login
            changed.append(known)
        elif known is not None:
            gone.append(known.pk)
    with unless_closed(sheet.activity), transaction.atomic():
        Presence.objects.bulk_create(fresh)
        Presence.objects.bulk_update(changed, ["state", "version", "marked_at", "marked_by"], batch_size=500)
        Presence.objects.filter(pk__in=gone).delete()


def unless_closed(activity: Activity) -> AbstractContextManager[None]:
    """The law of sheets, in words."""
    return refusing(presence_is_marked_on_an_open_sheet=SheetIsClosed(activity=str(activity)))
