"""Closing a sheet, which settles everybody by its rule; opening it again; choosing the rule."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from comity.activities.models import Activity
from comity.attendance.acts.presences import SheetIsClosed
from comity.attendance.acts.running import must_have_begun, must_run, opened
from comity.attendance.models import Outcome, Sheet, SheetState
from comity.attendance.queries.sheets import Line, picture
from comity.attendance.rules.settling import RULES, came_of
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.trail import acts as trail

# So many people are named in a refusal, at most.
NAMED = 10


class NobodyToSettle(Refusal):
    """A sheet is of people."""

    message = _("Nobody is accepted for {activity}: there is nothing to close.")


class SomeAreUnsettled(Refusal):
    """A sheet is closed when it is decided of everybody."""

    message = _("Not decided yet: {people}. Mark them in each part that counts, then close the sheet.")


class CertificateStands(Refusal):
    """Nobody holds a certificate for what they did not attend."""

    message = _("{people} would no longer count as having attended and hold a certificate: revoke it first.")


class NoSuchRule(Refusal):
    """Sheets are settled by a published rule."""

    message = _("There is no such rule.")


class IsOpen(Refusal):
    """Only what is closed is opened again."""

    message = _("The sheet of {activity} is open.")


class NeedsAReason(Refusal):
    """What is taken back says why."""

    message = _("Say why in a few words.")


@transaction.atomic
def choose_rule(activity: Activity, rule: str, *, by: Actor, at: datetime) -> Sheet:
    """Say what counts for whether somebody attended, while the sheet is open."""
    must_run(activity, by)
    if rule not in RULES:
        raise NoSuchRule
    sheet = _locked(activity, by=by, at=at)
    if sheet.is_closed:
        raise SheetIsClosed(activity=str(activity))
    before, sheet.rule = sheet.rule, rule
    sheet.save(update_fields=["rule"])
    trail.record("sheet.rule-chosen", sheet, by=by, at=at, about=by.party or "", before=before, after=rule)
    return sheet


@transaction.atomic
def close(activity: Activity, *, by: Actor, at: datetime) -> Sheet:
    """Settle everybody by the rule of the sheet and take no more marks.

    Raises:
        NotBegunYet: the activity begins later, in its zone.
        SomeAreUnsettled: of these it is not decided.
        CertificateStands: an earlier closing certified somebody who would no longer count.
    """
    must_run(activity, by)
    must_have_begun(activity, at)
    sheet = _locked(activity, by=by, at=at)
    if sheet.is_closed:
        raise SheetIsClosed(activity=str(activity))
    told = picture(activity, seen_by=by)
    results = {line.nomination.pk: told.would_be(line) for line in told.lines}
    if not told.lines:
        raise NobodyToSettle(activity=str(activity))
    if told.unsettled:
        raise SomeAreUnsettled(people=_numbers(told.unsettled))
    if lost := [line for line in told.lines if line.certificate and results[line.nomination.pk] != "attended"]:
        raise CertificateStands(people=_numbers(lost))
    _settle(sheet, told.lines, results, at)
    sheet.state, sheet.closed_at, sheet.closed_by = SheetState.CLOSED, at, by.login
    sheet.save(update_fields=["state", "closed_at", "closed_by"])
    held, came, no_shows, excused = came_of(results.values())
    facts = {"activity": activity.number, "held": held, "came": came, "no_shows": no_shows, "excused": excused}
    trail.record("sheet.closed", sheet, by=by, at=at, about=by.party or "", **facts)
    return sheet


@transaction.atomic
def reopen(activity: Activity, *, reason: str, by: Actor, at: datetime) -> Sheet:
    """Take marks again; what came of people is open until the sheet is closed anew."""
    must_run(activity, by)
    sheet = _locked(activity, by=by, at=at)
    if not sheet.is_closed:
        raise IsOpen(activity=str(activity))
    if not reason.strip():
        raise NeedsAReason
    Outcome.objects.filter(sheet=sheet).update(result="", settled_at=None)
    sheet.state, sheet.closed_at, sheet.closed_by, sheet.reason = SheetState.OPEN, None, "", reason.strip()[:600]
    sheet.save(update_fields=["state", "closed_at", "closed_by", "reason"])
    trail.record("sheet.reopened", sheet, by=by, at=at, about=by.party or "", activity=activity.number, reason=sheet.reason)
    return sheet


def _locked(activity: Activity, *, by: Actor, at: datetime) -> Sheet:
    """The sheet under lock, begun where there is none."""
    sheet = Sheet.objects.select_for_update().get(pk=opened(activity, by=by, at=at).pk)
    activity.sheet = sheet
    return sheet


def _settle(sheet: Sheet, lines: Iterable[Line], results: dict[int, str], at: datetime) -> None:
    """Write what came of everybody; whether they passed stays as it was said."""
    rows = [
        Outcome(sheet=sheet, nomination=line.nomination, party_id=line.nomination.party_id, passed=line.passed,
                result=results[line.nomination.pk], settled_at=at)
        for line in lines
    ]  # fmt: skip
    Outcome.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["nomination"], update_fields=["result", "settled_at"]
    )


def _numbers(lines: Iterable[Line]) -> list[str]:
    """The numbers of people, the first few, and how many more."""
    numbers = [line.nomination.person.number for line in lines]
    return [*numbers[:NAMED], *([f"+{len(numbers) - NAMED}"] if len(numbers) > NAMED else [])]
