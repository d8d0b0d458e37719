"""Acts on editions: the walk of one year from plan to close, one step at a time."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Count, Q

from comity.accounts.rules import Permission
from comity.activities.models import LINE, Edition, EditionState
from comity.activities.models.editions import STEPS
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.trail import acts as trail


class EditionExists(Refusal):
    """Each year has one edition."""

    message = _("There is an edition {year} already.")


class NoSuchYear(Refusal):
    """Editions are of the years this record is about."""

    message = _("There is no edition of the year {year}: give one from 1949 to 2199.")


class NoSuchZone(Refusal):
    """Deadlines are told in a time zone of the world."""

    message = _("“{zone}” is not a time zone. Give one such as Europe/Brussels.")


class NotTheNextStep(Refusal):
    """Editions walk their line one step at a time and never back."""

    message = _("Edition {year} is in the state “{state}”; the next step from there is “{next}”, not “{wanted}”.")


class EntriesAwaitDecision(Refusal):
    """Nothing is published while something waits for a decision."""

    message = _(
        "Edition {year} cannot be published: {offered} offered and {drafts} draft entries await a decision. "
        "Approve, return or retire them first."
    )


class DeadlineHasPassed(Refusal):
    """A deadline lies ahead when it is set."""

    message = _("The deadline {deadline} lies before {at}: a deadline may be moved to this moment or a later one.")


class DeadlineNotReached(Refusal):
    """Requests close when they were promised to close."""

    message = _("Requests for {year} close on {deadline}, not before. Move the deadline first, with a reason.")


class RequestsHaveClosed(Refusal):
    """A deadline is moved while it still binds somebody."""

    message = _("Requests for {year} have closed; their deadline no longer moves.")


class ReasonMissing(Refusal):
    """Whoever is told of a change is told why."""

    message = _("Say why: everybody concerned will read the reason.")


STATE_WORDS: dict[str, str] = {
    EditionState.PLANNED: _("planned"),
    EditionState.OPEN_FOR_CONTRIBUTIONS: _("open for contributions"),
    EditionState.PUBLISHED: _("published"),
    EditionState.REQUESTS_OPEN: _("requests open"),
    EditionState.REQUESTS_CLOSED: _("requests closed"),
    EditionState.RUNNING: _("running"),
    EditionState.CLOSED: _("closed"),
}


@transaction.atomic
def plan(
    year: int, *, title: str = "", zone: str = "Europe/Brussels", is_demonstration: bool = False, at: datetime, by: Actor
) -> Edition:
    """Plan the edition of a year; nobody contributes yet."""
    by.must(Permission.MANAGE_MENU)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NoSuchZone(zone=zone) from None
    laws = {"activities_edition_pkey": EditionExists(year=year), "edition_year_is_of_our_time": NoSuchYear(year=str(year))}
    with refusing(**laws), transaction.atomic():
        edition = Edition.objects.create(
            year=year,
            title=title or str(year),
            zone=zone,
            is_demonstration=is_demonstration,
            planned_at=at,
            planned_by=by.login,
        )
    trail.record("edition.planned", edition, by=by, at=at, zone=zone)
    return edition


@transaction.atomic
def open_contributions(edition: Edition, *, at: datetime, by: Actor) -> Edition:
    """Call for contributions: providers may offer activities from now."""
    return _step(edition, EditionState.OPEN_FOR_CONTRIBUTIONS, at=at, by=by)


@transaction.atomic
def publish(edition: Edition, *, at: datetime, by: Actor) -> Edition:
    """Publish what is approved; refused while an entry awaits a decision."""
    by.must(Permission.MANAGE_MENU)
    waiting = edition.activities.aggregate(offered=Count("pk", Q(state="offered")), drafts=Count("pk", Q(state="draft")))
    refusal = EntriesAwaitDecision(year=str(edition), **waiting)
    with refusing(edition_is_published_without_open_entries=refusal), transaction.atomic():
        return _step(edition, EditionState.PUBLISHED, at=at, by=by)


@transaction.atomic
def open_requests(edition: Edition, *, closing_at: datetime, at: datetime, by: Actor) -> Edition:
    """Open requests until a deadline."""
    by.must(Permission.MANAGE_MENU)
    if closing_at < at:
        raise DeadlineHasPassed(deadline=moment(closing_at, edition), at=moment(at, edition))
    edition.requests_close_at = closing_at
    return _step(edition, EditionState.REQUESTS_OPEN, at=at, by=by, deadline=closing_at)


@transaction.atomic
def move_deadline(edition: Edition, *, to: datetime, reason: str, at: datetime, by: Actor) -> Edition:
    """Move the deadline of requests, forwards or back, and say why; never into the past."""
    by.must(Permission.MANAGE_MENU)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state != EditionState.REQUESTS_OPEN:
        raise (
            RequestsHaveClosed(year=str(edition)) if edition.requests_closed_at else _not_next(edition, EditionState.REQUESTS_OPEN)
        )
    if not reason.strip():
        raise ReasonMissing
    if to < at:
        raise DeadlineHasPassed(deadline=moment(to, edition), at=moment(at, edition))
    before, edition.requests_close_at = edition.requests_close_at, to
    edition.save(update_fields=["requests_close_at"])
    trail.record("edition.deadline-moved", edition, by=by, at=at, before=before, after=to, reason=reason.strip())
    return edition


@transaction.atomic
def close_requests(edition: Edition, *, at: datetime, by: Actor) -> Edition:
    """Close requests, at the deadline or later."""
    by.must(Permission.MANAGE_MENU)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state == EditionState.REQUESTS_OPEN and edition.takes_requests(at):
        raise DeadlineNotReached(year=str(edition), deadline=moment(edition.requests_close_at, edition))
    return _step(edition, EditionState.REQUESTS_CLOSED, at=at, by=by)


@transaction.atomic
def close_requests_now(edition: Edition, *, reason: str, at: datetime, by: Actor) -> Edition:
    """Close requests before their deadline: it moves to this moment, with the reason everybody reads."""
    return close_requests(move_deadline(edition, to=at, reason=reason, at=at, by=by), at=at, by=by)


@transaction.atomic
def start(edition: Edition, *, at: datetime, by: Actor) -> Edition:
    """Begin the year: places are allotted and activities run."""
    return _step(edition, EditionState.RUNNING, at=at, by=by)


@transaction.atomic
def close(edition: Edition, *, at: datetime, by: Actor) -> Edition:
    """Close the year."""
    return _step(edition, EditionState.CLOSED, at=at, by=by)


def moment(at: datetime | None, edition: Edition) -> str:
    """A moment to the second in the edition's own zone, with the zone."""
    return f"{at.astimezone(edition.timezone):%Y-%m-%d %H:%M:%S} {edition.zone}" if at else ""


def _step(edition: Edition, to: str, *, at: datetime, by: Actor, **facts: datetime) -> Edition:
    """Take the next step of the line, dated and signed."""
    by.must(Permission.MANAGE_MENU)
    stored = Edition.objects.select_for_update().get(pk=edition.pk)
    edition.state = stored.state
    if LINE.index(to) != LINE.index(stored.state) + 1:
        raise _not_next(stored, to)
    step = STEPS[to]
    setattr(edition, f"{step}_at", at)
    setattr(edition, f"{step}_by", by.login or "system")
    edition.state = to
    edition.save(update_fields=["state", f"{step}_at", f"{step}_by", "requests_close_at"])
    told: dict[str, Any] = dict(facts)
    trail.record(f"edition.{step.replace('_', '-')}", edition, by=by, at=at, **told)
    return edition


def _not_next(edition: Edition, wanted: str) -> NotTheNextStep:
    following = LINE[min(LINE.index(edition.state) + 1, len(LINE) - 1)]
    words = {"state": edition.state, "next": following, "wanted": wanted}
    return NotTheNextStep(year=str(edition), **{k: Sentence(STATE_WORDS[v]) for k, v in words.items()})
