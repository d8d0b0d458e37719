"""Acts of a delegation on its nominations: collect, rank, tie, endorse, put forward, replace, withdraw; one or many at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Max

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding, Waivable
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import Sentence, _
from comity.nominations.acts import people, seats
from comity.nominations.models import HOLDING, Nomination, NominationState, Person, StepKind, Waiver
from comity.nominations.queries import fitness
from comity.nominations.rules.identities import Names
from comity.nominations.rules.reserve import too_many
from comity.participation.models import Grant, Request, RequestState, Round, RoundState
from comity.trail import acts as trail

COLLECTED, ENDORSED, RESERVE = NominationState.COLLECTED, NominationState.ENDORSED, NominationState.RESERVE
LIVE = (COLLECTED, ENDORSED, RESERVE, *HOLDING)
# A request, a person for it, the place in the order of choice if one is told, and the team.
Added = tuple[Request, Person, int | None, str]


class NothingAsked(Refusal):
    """People are named for places that were asked for and allotted."""

    message = _("{party} has no places at {activity} to name people for: none were asked for, or they are not allotted yet.")


class StandsInTheWay(Refusal):
    """Something bars everybody who was to be put forward."""

    message = _("{person} cannot be put forward: {why}")


class NothingToWaive(Refusal):
    """A waiver answers a finding that stands and may be waived."""

    message = _("There is no such finding about this nomination that could be waived.")


class WaiverNeedsAGround(Refusal):
    """Whoever waives says why."""

    message = _("Say on what ground this is waived.")


@transaction.atomic
def collect(
    activity: Activity, *, person: Person | None = None, names: Names | None = None, choice: int | None = None, team: str = "",
    by: Actor, at: datetime, **told: Any,
) -> Nomination:  # fmt: skip
    """Name a candidate for an activity: somebody known, or somebody new with names and columns."""
    party = people.speaks_for(by)
    asked = requested(activity, party)
    if person is None:
        [person] = people.admit([(names or Names(), told)], party=party, by=by, at=at, is_demonstration=asked.is_demonstration)
    else:
        person = people.sendable(person, party)
    [made] = add([(asked, person, choice, team)], by=by, at=at)
    seats.settled()
    trail.record("nomination.collected", made, by=by, at=at, about=party, activity=activity.number)
    return made


def add(told: Sequence[Added], *, by: Actor, at: datetime) -> list[Nomination]:
    """Nominations for people, in the order of choice that is told or after the last one; part of an act that records it."""
    live = Nomination.objects.live().filter(request__in={asked.pk for asked, *_rest in told}).order_by()
    last = Counter(dict(live.values_list("request").annotate(n=Max("choice"))))
    made = []
    for asked, person, choice, team in told:
        last[asked.pk] += not choice
        made.append(
            Nomination(
                activity_id=asked.activity_id, party_id=asked.party_id, request=asked, person=person,
                choice=choice or last[asked.pk], team=" ".join(team.split())[:40], collected_at=at, collected_by=by.login,
                is_demonstration=asked.is_demonstration,
            )
        )  # fmt: skip
    with seats.lawfully(), transaction.atomic():
        return Nomination.objects.bulk_create(made, batch_size=1000)


def requested(activity: Activity, party: str) -> Request:
    """The request of a party under which people are named for an activity.

    Raises:
        NothingAsked: there is none, or its places are not allotted yet.
    """
    rows = Request.objects.filter(activity=activity, party=party, state=RequestState.SUBMITTED)
    asked = rows.select_related("activity__edition").first()
    allotted = Round.objects.filter(edition=activity.edition_id, state=RoundState.PUBLISHED)
    if asked is None or not (allotted.exists() or Grant.objects.filter(request=asked).exists()):
        raise NothingAsked(party=party, activity=activity.number)
    return asked


@transaction.atomic
def rank(activity: Activity, order: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Set a party's order of choice at an activity: those named first, in this order, the others after them as they stood."""
    party = people.speaks_for(by)
    seats.lock({activity.pk})
    found = list(Nomination.objects.live().filter(activity=activity, party=party).select_for_update().order_by("choice", "pk"))
    if not set(order) <= {n.pk for n in found}:
        raise NotFound(what="nomination")
    first = {pk: place for place, pk in enumerate(order)}
    ordered = sorted(found, key=lambda n: (first.get(n.pk, len(first)), n.choice, n.pk))
    for place, n in enumerate(ordered, 1):
        n.choice, n.version = place, n.version + (n.choice != place)
    Nomination.objects.bulk_update(ordered, ["choice", "version"], batch_size=500)
    trail.record("nominations.ranked", activity, by=by, at=at, about=party, people=len(ordered))
    return len(ordered)


@transaction.atomic
def tie(found: Iterable[Nomination], team: str, *, by: Actor, at: datetime) -> int:
    """Tie people into a team that goes together or not at all; an empty name unties them."""
    given = seats.locked(found, among=_own(by), states=(COLLECTED, ENDORSED))
    team = " ".join(team.split())[:40]
    rest = Nomination.objects.live().filter(activity=given[0].activity_id, party=given[0].party_id, team=team) if team else ()
    if len({(n.activity_id, n.state) for n in (*given, *rest)}) > 1:
        raise seats.NotTogether
    for n in given:
        n.team, n.version = team, n.version + 1
    Nomination.objects.bulk_update(given, ["team", "version"], batch_size=500)
    numbers = [n.person.number for n in given]
    trail.record("nominations.tied", given[0].activity, by=by, at=at, about=given[0].party_id, people=numbers)
    return len(given)


@transaction.atomic
def endorse(found: Iterable[Nomination], *, by: Actor, at: datetime) -> int:
    """Endorse candidates for the nation: the word of the head of delegation."""
    by.must(Permission.ENDORSE_NOMINATIONS)
    given = seats.locked(found, among=_own(by), states=(COLLECTED,))
    seats.moved(given, ENDORSED, endorsed_at=at, endorsed_by=by.login)
    seats.record(seats.Recorded.ENDORSED, given, by=by, at=at)
    return len(given)


@dataclass(frozen=True)
class Outcome:
    """What came of putting people forward: who holds a seat now, who waits, and who was kept back because of what."""

    forward: tuple[Nomination, ...]
    waiting: tuple[Nomination, ...]
    kept_back: tuple[tuple[Nomination, Finding], ...]


@transaction.atomic
def put_forward(found: Iterable[Nomination], *, by: Actor, at: datetime) -> Outcome:
    """Put endorsed people forward: granted seats go in the order of choice, the others wait on the reserve list.

    Raises:
        StandsInTheWay: something bars all of them. Where it bars some, these stay as they are and are named.
    """
    given = seats.locked(found, among=_own(by), states=(ENDORSED,))
    forward, waiting, kept_back = _sorted_out(given, by=by, at=at)
    if not (forward or waiting):
        raise StandsInTheWay(person=kept_back[0][0].person.number, why=kept_back[0][1])
    if forward:
        seats.moved(forward, NominationState.PUT_FORWARD, put_forward_at=at, put_forward_by=by.login)
        seats.record(seats.Recorded.PUT_FORWARD, forward, by=by, at=at)
    if waiting:
        _wait(waiting, by=by, at=at)
    return Outcome(tuple(forward), tuple(n for n, _why in waiting), tuple(kept_back))


def foreseen(found: Iterable[Nomination], *, by: Actor, at: datetime) -> Outcome:
    """What putting people forward would come to now; nothing is written."""
    rows = Nomination.objects.seen_by(by).filter(pk__in=[n.pk for n in found], state=ENDORSED).select_related(*seats.JOINS)
    forward, waiting, kept_back = _sorted_out(list(rows), by=by, at=at)
    return Outcome(tuple(forward), tuple(n for n, _why in waiting), tuple(kept_back))


Waiting = list[tuple[Nomination, Sentence]]
Barred = list[tuple[Nomination, Finding]]


def _sorted_out(given: Sequence[Nomination], *, by: Actor, at: datetime) -> tuple[list[Nomination], Waiting, Barred]:
    """Who takes a granted seat, who waits and why, and who is kept back by what; a team stays whole in each."""
    bars = fitness.in_the_way(given, at=at, seen_by=by)
    free = seats.spare({n.activity_id for n in given})
    forward, waiting, kept_back = list[Nomination](), Waiting(), Barred()
    for unit in seats.units(given):
        place = (unit[0].activity_id, unit[0].party_id)
        if barred := [(n, bars[n.pk]) for n in unit if n.pk in bars]:
            kept_back += barred
        elif too_many(seats.unit_of(unit), free[place]):
            why = Sentence(NO_SEAT) if free[place] < 1 else Sentence(NOT_ENOUGH, {"size": len(unit)})
            waiting += [(n, why) for n in unit]
        else:
            free[place] -= len(unit)
            forward += unit
    return forward, waiting, kept_back


NO_SEAT = _("All seats that were granted there are held already.")
NOT_ENOUGH = _("A team of {size} goes together, and fewer seats are free.")


def _wait(waiting: Sequence[tuple[Nomination, Sentence]], *, by: Actor, at: datetime) -> None:
    """Have people join the reserve list, each with the reason."""
    seats.moved([n for n, _why in waiting], RESERVE, waits_since=at)
    for why, group in groupby(waiting, key=lambda pair: pair[1]):
        seats.steps([n for n, _why in group], StepKind.JOINED, why, by=by, at=at)
    seats.record(seats.Recorded.PUT_ON_RESERVE, [n for n, _why in waiting], by=by, at=at)


@transaction.atomic
def withdraw(found: Iterable[Nomination], *, reason: str = "", by: Actor, at: datetime) -> int:
    """Withdraw people; a seat that becomes free goes to the party's next choice."""
    given = seats.locked(found, among=_own(by), states=LIVE)
    left = [n for n in given if n.state in (RESERVE, NominationState.OFFERED)]
    offered = [n for n in given if n.state == NominationState.OFFERED]
    seats.end(given, NominationState.WITHDRAWN, reason, by=by, at=at)
    seats.steps(left, StepKind.LEFT, Sentence(_("The party withdrew the nomination.")), by=by, at=at)
    seats.give_back(offered, by=by, at=at)
    seats.record(seats.Recorded.WITHDRAWN, given, by=by, at=at)
    seats.move_up({n.activity_id for n in given}, {n.party_id for n in given}, by=by, at=at)
    return len(given)


@transaction.atomic
def replace(nomination: Nomination, *, person: Person, by: Actor, at: datetime) -> Nomination:
    """Send somebody else in the same place: the seat, the choice and the team stay; what was endorsed is endorsed anew."""
    old = next(n for n in seats.locked([nomination], among=_own(by), states=LIVE) if n.pk == nomination.pk)
    if old.state == NominationState.OFFERED:
        raise seats.NotInThatState(person=old.person.number)
    person = people.sendable(person, old.party_id)
    if old.state != COLLECTED:
        by.must(Permission.ENDORSE_NOMINATIONS)
    state = NominationState.PUT_FORWARD if old.state == NominationState.ACCEPTED else old.state
    seats.end([old], NominationState.WITHDRAWN, "", by=by, at=at)
    [new] = add([(old.request, person, old.choice, old.team)], by=by, at=at)
    if state != COLLECTED:
        if bar := fitness.in_the_way([new], at=at, seen_by=by).get(new.pk):
            raise StandsInTheWay(person=person.number, why=bar)
        columns: dict[str, Any] = {"endorsed_at": at, "endorsed_by": by.login, "waits_since": old.waits_since}
        if state == NominationState.PUT_FORWARD:
            columns |= {"put_forward_at": at, "put_forward_by": by.login}
        seats.moved([new], NominationState(state), **columns)
    trail.record(
        "nomination.replaced", new, by=by, at=at, about=new.party_id, activity=old.activity.number, before=old.person.number
    )
    return new


@transaction.atomic
def waive(nomination: Nomination, finding: str, *, ground: str, by: Actor, at: datetime) -> Waiver:
    """Waive one finding about a nomination, named by its message, and say on what ground."""
    by.must(Permission.WAIVE_FINDINGS)
    if not ground.strip():
        raise WaiverNeedsAGround
    rows = Nomination.objects.seen_by(by).live().select_related(*("activity__edition", "party", "person", "request"))
    kept = rows.filter(pk=nomination.pk).first()
    if kept is None:
        raise NotFound(what="nomination")
    [(_same, found)] = fitness.weighed([kept], at=at, seen_by=by)
    if not any(isinstance(f, Waivable) and f.sentence.message == finding for f in found):
        raise NothingToWaive
    told = {"ground": ground.strip()[:600], "waived_at": at, "waived_by": by.login}
    waiver, _made = Waiver.objects.get_or_create(nomination=kept, message=finding, defaults=told)
    trail.record("nomination.waived", kept, by=by, at=at, about=kept.party_id, finding=finding)
    return waiver


def _own(by: Actor) -> Any:
    """The nominations of the own party, for whoever speaks for it."""
    return Nomination.objects.filter(party=people.speaks_for(by))
