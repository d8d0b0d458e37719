"""Acts on requests: asking, changing, submitting one or all, withdrawing, and waiving what may be waived."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar, Finding, Waivable
from comity.kernel.refusals import ChangedMeanwhile, NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.participation import queries
from comity.participation.models import Request, RequestState, Waiver
from comity.parties.models import Party
from comity.programmes.models import Objective
from comity.trail import acts as trail

FIELDS = ("places", "priority", "funding", "objective", "note")


class AlreadyAsked(Refusal):
    """One live request for one party and one activity."""

    message = _("{party} already has a request for {activity}: change that one.")


class RequestsNotOpen(Refusal):
    """The edition is not in the state in which requests are taken."""

    message = _("Edition {year} takes no requests at present.")


class TooLate(Refusal):
    """From the second of the deadline on, nothing is asked, changed or withdrawn."""

    message = _("The deadline for requests of {year} was {deadline}. From that second on a request can no longer be changed.")


class RoundIsPublished(Refusal):
    """What is decided is not asked again."""

    message = _("The places of {year} are allotted. Take one that is left, or give back one you hold.")


class NoPlaces(Refusal):
    """A request is for one place at least."""

    message = _("Ask for at least one place.")


class NoSuchPriority(Refusal):
    """There are three priorities."""

    message = _("A priority is 1, 2 or 3.")


class StandsInTheWay(Refusal):
    """Something bars the request."""

    message = _("{activity} cannot be asked for: {why}")


class NotADraft(Refusal):
    """Only a draft is submitted."""

    message = _("The request for {activity} is not a draft any more.")


class StaysWithdrawn(Refusal):
    """What was withdrawn is asked for again, not brought back."""

    message = _("The request for {activity} is withdrawn. Ask again.")


class NotOnOffer(Refusal):
    """Only what is on offer can be asked for."""

    message = _("{activity} is not on offer.")


class NothingToWaive(Refusal):
    """A waiver answers a finding that stands and may be waived."""

    message = _("There is no such finding about this request that could be waived.")


class WaiverNeedsAGround(Refusal):
    """Whoever waives says why."""

    message = _("Say on what ground this is waived.")


@transaction.atomic
def ask(
    activity: Activity,
    *,
    party: Party | None = None,
    places: int | None = 1,
    priority: int | None = 2,
    funding: str = "none",
    objective: Objective | None = None,
    note: str = "",
    by: Actor,
    at: datetime,
) -> Request:
    """Put an activity into a party's basket as a draft, complete or not."""
    code = _speaks_for(party, by)
    if not Activity.objects.on_offer().filter(pk=activity.pk).exists():
        raise NotOnOffer(activity=str(activity))
    with lawfully(activity, code, at=at), transaction.atomic():
        request = Request.objects.create(
            activity=activity, party_id=code, places=places, priority=priority, funding=funding, objective=objective,
            note=note, asked_at=at, asked_by=by.login, changed_at=at, is_demonstration=activity.is_demonstration,
        )  # fmt: skip
    trail.record("request.asked", request, by=by, at=at, about=code, activity=activity.number, places=places, priority=priority)
    return request


@transaction.atomic
def change(request: Request, *, version: int | None = None, by: Actor, at: datetime, **values: Any) -> Request:
    """Change what a request asks for; a submitted one stays submitted as long as nothing bars it.

    Args:
        version: the version the reader saw; another one means that somebody was quicker.
        values: any of places, priority, funding, objective, note.
    """
    kept = _held(request, by, version)
    before = {name: getattr(kept, name) for name in values}
    for name in FIELDS:
        if name in values:
            setattr(kept, name, values[name])
    if kept.state == RequestState.SUBMITTED:
        _must_be_clear(kept, at)
    _save(kept, at, *values)
    facts = {name: [_told(before[name]), _told(getattr(kept, name))] for name in values if before[name] != getattr(kept, name)}
    trail.record("request.changed", kept, by=by, at=at, about=kept.party_id, activity=kept.activity.number, **facts)
    return kept


@transaction.atomic
def submit(request: Request, *, version: int | None = None, by: Actor, at: datetime) -> Request:
    """Submit one draft; refused while something bars it."""
    kept = _held(request, by, version)
    if kept.state != RequestState.DRAFT:
        raise NotADraft(activity=str(kept.activity))
    _must_be_clear(kept, at)
    kept.state, kept.submitted_at, kept.submitted_by = RequestState.SUBMITTED, at, by.login
    _save(kept, at, "state", "submitted_at", "submitted_by")
    trail.record("request.submitted", kept, by=by, at=at, about=kept.party_id, activity=kept.activity.number, places=kept.places)
    return kept


@transaction.atomic
def put(
    activity: Activity, request: Request | None = None, *, submitting: bool = False, by: Actor, at: datetime, **values: Any
) -> Request:
    """Put a request as filled in: make it or change it, and submit it where that is wanted."""
    if request is None:
        kept = ask(activity, by=by, at=at, **values)
    else:
        kept = change(request, version=request.version, by=by, at=at, **values)
    return submit(kept, by=by, at=at) if submitting and kept.state == RequestState.DRAFT else kept


@dataclass(frozen=True)
class Submission:
    """What came of submitting a basket: how many went in, and which stayed drafts because of what."""

    submitted: int
    kept_back: tuple[tuple[Request, Finding], ...]


@transaction.atomic
def submit_all(edition: Edition, *, party: Party | None = None, by: Actor, at: datetime) -> Submission:
    """Submit every draft of a party that nothing bars; the others stay drafts and are named."""
    code = _speaks_for(party, by)
    drafts = Request.objects.of_edition(edition.pk).filter(party=code, state=RequestState.DRAFT)
    found = list(drafts.select_for_update(of=("self",)).select_related("activity__edition", "party").order_by("pk"))
    bars = {r.pk: next((f for f in fs if isinstance(f, Bar)), None) for r, fs in queries.weighed(found, on=at.date())}
    clear = [r for r in found if bars[r.pk] is None]
    for request in clear:
        request.state, request.submitted_at, request.submitted_by = RequestState.SUBMITTED, at, by.login
        request.changed_at, request.version = at, request.version + 1
    if clear:
        with lawfully(clear[0].activity, code, at=at), transaction.atomic():
            Request.objects.bulk_update(clear, ["state", "submitted_at", "submitted_by", "changed_at", "version"], batch_size=500)
    held = tuple((r, bar) for r in found if (bar := bars[r.pk]))
    trail.record("requests.submitted", edition, by=by, at=at, about=code, submitted=len(clear), kept_back=len(held))
    return Submission(len(clear), held)


@transaction.atomic
def withdraw(request: Request, *, version: int | None = None, by: Actor, at: datetime) -> Request:
    """Withdraw a request; it stays in the record and a new one may be made."""
    kept = _held(request, by, version)
    kept.state, kept.withdrawn_at, kept.withdrawn_by = RequestState.WITHDRAWN, at, by.login
    _save(kept, at, "state", "withdrawn_at", "withdrawn_by")
    trail.record("request.withdrawn", kept, by=by, at=at, about=kept.party_id, activity=kept.activity.number)
    return kept


@transaction.atomic
def waive(request: Request, finding: str, *, ground: str, by: Actor, at: datetime) -> Waiver:
    """Waive one finding about a request, named by its message, and say on what ground."""
    by.must(Permission.WAIVE_FINDINGS)
    if not ground.strip():
        raise WaiverNeedsAGround
    [(kept, found)] = queries.weighed([queries.request(request.pk, seen_by=by)], on=at.date())
    if not any(isinstance(f, Waivable) and f.sentence.message == finding for f in found):
        raise NothingToWaive
    waiver, _made = Waiver.objects.get_or_create(
        request=kept, message=finding, defaults={"ground": ground.strip(), "waived_at": at, "waived_by": by.login}
    )
    trail.record("finding.waived", kept, by=by, at=at, about=kept.party_id, finding=finding, ground=ground.strip())
    return waiver


def _speaks_for(party: Party | None, by: Actor) -> str:
    """The code of the party that asks: one's own, or any for those who may act for all."""
    by.must(Permission.REQUEST_PLACES)
    code = party.code if party else by.party
    if code is None or (code != by.party and not by.may(Permission.SEE_EVERYTHING)):
        raise NotFound(what="party")
    return code


def _held(request: Request, by: Actor, version: int | None) -> Request:
    """The request locked for changing, for whoever may see it, in the version that was read."""
    found = (
        Request.objects.seen_by(by)
        .select_for_update(of=("self",))
        .select_related("activity__edition", "party")
        .filter(pk=request.pk)
        .first()
    )
    if found is None:
        raise NotFound(what="request")
    _speaks_for(found.party, by)
    if found.state == RequestState.WITHDRAWN:
        raise StaysWithdrawn(activity=str(found.activity))
    if version is not None and version != found.version:
        raise ChangedMeanwhile
    return found


def _save(request: Request, at: datetime, *fields: str) -> None:
    request.changed_at, request.version = at, request.version + 1
    with lawfully(request.activity, request.party_id, at=at), transaction.atomic():
        request.save(update_fields=[*fields, "changed_at", "version"])


def lawfully(activity: Activity, party: str, *, at: datetime) -> AbstractContextManager[None]:
    """The laws of the table about requests, in words."""
    edition = activity.edition
    closes = edition.requests_close_at
    told = f"{closes.astimezone(edition.timezone):%Y-%m-%d %H:%M:%S} {edition.zone}" if closes else ""
    year = str(edition.pk)
    return refusing(
        request_lives_once=AlreadyAsked(party=party, activity=str(activity)),
        request_needs_an_open_edition=RequestsNotOpen(year=year),
        request_needs_an_activity_on_the_menu=NotOnOffer(activity=str(activity)),
        request_changes_before_the_deadline=TooLate(year=year, deadline=told),
        request_changes_before_the_round=RoundIsPublished(year=year),
        request_objective_is_the_partys_own=NotFound(what="objective"),
        request_asks_for_at_least_one_place=NoPlaces(),
        request_priority_is_from_one_to_three=NoSuchPriority(),
    )


def _must_be_clear(request: Request, at: datetime) -> None:
    """Refuse on the first finding that bars a request."""
    [(_same, found)] = queries.weighed([request], on=at.date())
    if bar := next((f for f in found if isinstance(f, Bar)), None):
        raise StandsInTheWay(activity=str(request.activity), why=bar)


def _told(value: object) -> object:
    """A value as the trail tells it."""
    return str(value) if isinstance(value, Objective | Sentence) else value
