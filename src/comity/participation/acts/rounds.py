"""Acts on rounds: ordering, publishing, setting aside, telling that one failed. Drawing up is `allocations`."""

import hashlib
import secrets
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from comity.accounts.rules import Permission
from comity.activities.acts import editions
from comity.activities.models import Activity, Edition, EditionState
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.participation import queries
from comity.participation.models import Progress, Request, Round, RoundState, Rule, Seats
from comity.participation.queries.requests import joined
from comity.participation.rules import ROUND_STATES
from comity.trail import acts as trail

TAKES_ROUNDS = (EditionState.REQUESTS_CLOSED, EditionState.RUNNING)
# Seats of an activity that does not say how many it has.
UNSAID = 1_000_000
# Outcomes under which places are held, and the statement that grants them: many times quicker than row by row.
HELD = ("granted", "part", "self_paid")
GRANTING = (
    "INSERT INTO participation_grant (request_id, activity_id, party_id, source, round_id, funded, self_paid, granted_at) "
    "SELECT l.request_id, r.activity_id, r.party_id, 'round', l.round_id, l.funded, l.self_paid, %s "
    "FROM participation_line l JOIN participation_request r ON r.id = l.request_id "
    "WHERE l.round_id = %s AND l.outcome = ANY(%s) ORDER BY l.id"
)


class AlreadyDrawnUp(Refusal):
    """A round is drawn up once."""

    message = _("Round {number} of {year} is drawn up already, or set aside. Order another one.")


class BeforeTheDeadline(Refusal):
    """Places are shared out when everybody has had the time to ask."""

    message = _("Requests for {year} close on {deadline}. Until they are closed only a simulation can be drawn up.")


class RoundIsPublished(Refusal):
    """Places are promised once."""

    message = _("The places of {year} are allotted by round {number}, which is published.")


class NotPublishable(Refusal):
    """Only a round drawn up and not set aside is published."""

    message = _("Round {number} of {year} is in the state “{state}”; only one that is drawn up can be published.")


class SimulationIsNeverPublished(Refusal):
    """What was tried out promises nothing."""

    message = _("Round {number} of {year} is a simulation and cannot be published. Order a round.")


class RegisterHasChanged(Refusal):
    """Nothing is promised to a party that may no longer come."""

    message = _("Since round {number} was drawn up something came to bar {count} of its granted lines: {why} Draw up a new round.")


class CannotBeSetAside(Refusal):
    """What is published stays; what is set aside is set aside once."""

    message = _("Round {number} of {year} is in the state “{state}” and cannot be set aside.")


class NothingToShareOut(Refusal):
    """Rounds are for an edition that has taken requests."""

    message = _("Edition {year} has not taken requests yet.")


@transaction.atomic
def order(edition: Edition, *, rule: Rule, simulation: bool = False, seed: int | None = None, by: Actor, at: datetime) -> Round:
    """Order a round under a rule; what draws it up follows the trail.

    A round that counts is ordered when requests are closed, and closes them if their deadline has passed. The seed is
    drawn here, after the last request is in; its hash is told with the order.
    """
    by.must(Permission.MANAGE_ROUNDS)
    year = Edition.objects.select_for_update().get(pk=edition.pk)
    if year.requests_opened_at is None or year.requests_close_at is None:
        raise NothingToShareOut(year=str(year))
    if not simulation:
        year = _with_requests_closed(year, by=by, at=at)
        if standing := Round.objects.filter(edition=year, state=RoundState.PUBLISHED).first():
            raise RoundIsPublished(year=str(year), number=standing.number)
    number = (Round.objects.filter(edition=year).aggregate(last=Max("number"))["last"] or 0) + 1
    drawn = secrets.randbits(48) if seed is None else seed
    ordered = Round.objects.create(
        edition=year, number=number, rule=rule, seed=drawn, simulation=simulation, ordered_at=at, ordered_by=by.login
    )
    Progress.objects.create(round=ordered)
    told = hashlib.sha256(str(drawn).encode()).hexdigest()
    trail.record("round.ordered", ordered, by=by, at=at, rule=str(rule), simulation=simulation, seed_sha256=told)
    return ordered


def _with_requests_closed(year: Edition, *, by: Actor, at: datetime) -> Edition:
    """The edition once it takes no more requests; refused before its deadline."""
    if year.state == EditionState.REQUESTS_OPEN:
        if year.takes_requests(at):
            raise BeforeTheDeadline(year=str(year), deadline=editions.moment(year.requests_close_at, year))
        return editions.close_requests(year, at=at, by=by)
    if year.state not in TAKES_ROUNDS:
        raise NothingToShareOut(year=str(year))
    return year


@transaction.atomic
def publish(round: Round, *, by: Actor, at: datetime) -> Round:
    """Publish a round: everybody sees their own lines, and the places granted are kept from then on."""
    by.must(Permission.MANAGE_ROUNDS)
    year = Edition.objects.select_for_update().get(pk=round.edition_id)
    drawn = Round.objects.select_for_update(of=("self",)).select_related("rule", "edition").get(pk=round.pk)
    if drawn.simulation:
        raise SimulationIsNeverPublished(number=drawn.number, year=str(year))
    if drawn.state != RoundState.DRAWN_UP:
        raise NotPublishable(number=drawn.number, year=str(year), state=Sentence(ROUND_STATES[drawn.state]))
    if standing := Round.objects.filter(edition=year, state=RoundState.PUBLISHED).first():
        raise RoundIsPublished(year=str(year), number=standing.number)
    granted = list(Request.objects.filter(lines__round=drawn, lines__outcome__in=HELD).order_by("lines__id"))
    joined(granted)
    _nothing_came_between(drawn, granted, at=at)
    drawn.state, drawn.published_at, drawn.published_by = RoundState.PUBLISHED, at, by.login
    refusal = RoundIsPublished(year=str(year), number=drawn.number)
    with refusing(round_is_published_once_in_an_edition=refusal), transaction.atomic():
        drawn.save(update_fields=["state", "published_at", "published_by"])
    _promise(drawn, at=at)
    trail.record("round.published", drawn, by=by, at=at, rule=str(drawn.rule), seed=drawn.seed, granted=drawn.counts["granted"])
    return drawn


def _nothing_came_between(round: Round, requests: list[Request], *, at: datetime) -> None:
    """Refuse when the register or the menu has come to bar what the round grants."""
    bars = [
        bar
        for _asked, found in queries.weighed(requests, on=at.date())
        if (bar := next((f for f in found if isinstance(f, Bar)), None))
    ]
    if bars:
        raise RegisterHasChanged(number=round.number, count=len(bars), why=bars[0])


def _promise(round: Round, *, at: datetime) -> None:
    """Open the seats of every activity asked for, and grant what the lines say, in one statement."""
    off = set(round.cancelled)
    asked = Activity.objects.filter(requests__lines__round=round).distinct()
    Seats.objects.bulk_create(
        (Seats(activity=a, capacity=UNSAID if a.seats is None else a.seats, held=a.number not in off) for a in asked),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute(GRANTING, [at, round.pk, list(HELD)])


@transaction.atomic
def set_aside(round: Round, *, by: Actor, at: datetime) -> Round:
    """Set a round aside that will not be published; its lines stay for comparison."""
    by.must(Permission.MANAGE_ROUNDS)
    drawn = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if drawn.state in (RoundState.PUBLISHED, RoundState.SET_ASIDE):
        raise CannotBeSetAside(number=drawn.number, year=str(drawn.edition_id), state=Sentence(ROUND_STATES[drawn.state]))
    drawn.state, drawn.set_aside_at, drawn.set_aside_by, drawn.fault = RoundState.SET_ASIDE, at, by.login, ""
    drawn.save(update_fields=["state", "set_aside_at", "set_aside_by", "fault"])
    trail.record("round.set-aside", drawn, by=by, at=at)
    return drawn


@transaction.atomic
def fail(round: Round, fault: str, *, by: Actor, at: datetime) -> Round:
    """Tell that drawing a round up failed and why; it can be drawn up again as it stands."""
    by.must(Permission.MANAGE_ROUNDS)
    drawn = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
    if drawn.awaits_result:
        drawn.state, drawn.fault = RoundState.FAILED, fault[:2000] or "unknown"
        drawn.save(update_fields=["state", "fault"])
        trail.record("round.failed", drawn, by=by, at=at, fault=drawn.fault)
    return drawn
