"""Seats of a party at an activity: locked, counted, and filled with whoever of the party waits next.

Every act that moves nominations takes the rows of seats first, in one order, so that writers count one after the other.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Sum

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.nominations.models import (
    Nomination,
    NominationQuerySet,
    NominationState,
    PromotionPolicy,
    Step,
    StepKind,
)
from comity.nominations.queries.fitness import in_the_way
from comity.nominations.rules.reserve import Unit, too_many
from comity.participation.acts import places
from comity.participation.models import Grant, Seats
from comity.participation.models.seats import GrantSource
from comity.participation.rules import kept
from comity.trail import acts as trail

Place = tuple[int, str]
JOINS = ("activity__edition", "party", "person", "request__activity")


class Recorded(StrEnum):
    """What the trail is told of several nominations at once."""

    ACCEPTED = "nominations.accepted"
    DECLINED = "nominations.declined"
    ENDORSED = "nominations.endorsed"
    EXPIRED = "nominations.expired"
    LAPSED = "nominations.lapsed"
    MOVED_UP = "nominations.moved-up"
    OFFERED = "nominations.offered"
    PUT_FORWARD = "nominations.put-forward"
    PUT_ON_RESERVE = "nominations.put-on-reserve"
    REFUSED = "nominations.refused"
    TAKEN = "nominations.taken"
    WITHDRAWN = "nominations.withdrawn"


class NoSeatLeft(Refusal):
    """Nobody holds more seats than were granted."""

    message = _("All seats that were granted there are held already.")


class AlreadyNominated(Refusal):
    """A person is on the way to an activity once."""

    message = _("This person is nominated for this activity already.")


class NotInThatState(Refusal):
    """Each step follows another one."""

    message = _("{person} cannot be moved: the nomination is not at that step.")


class NotTogether(Refusal):
    """A team is of one party, at one activity, at one step."""

    message = _("Only people of one activity who are not put forward yet can be tied into a team.")


def settled() -> None:
    """Have the law of teams looked at now, not at the end of the transaction."""
    with refusing(team_goes_together=NotTogether()), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS team_goes_together IMMEDIATE")
        cursor.execute("SET CONSTRAINTS team_goes_together DEFERRED")


def lawfully() -> AbstractContextManager[None]:
    """The laws of the table of nominations, in words."""
    return refusing(seats_held_never_exceed_grants=NoSeatLeft(), nomination_of_a_person_lives_once_an_activity=AlreadyNominated())


def locked(found: Iterable[Nomination], *, among: NominationQuerySet, states: Collection[str]) -> list[Nomination]:
    """Nominations locked for changing, with the rest of their teams: a team goes together in every act.

    Raises:
        NotFound: one of them is not the actor's to change.
        NotInThatState: one of them is at another step.
    """
    wanted = {n.pk for n in found}
    told = list(among.filter(pk__in=wanted).order_by().values_list("pk", "activity", "party", "team"))
    if not wanted or len(told) != len(wanted):
        raise NotFound(what="nomination")
    lock({activity for _pk, activity, _party, _team in told})
    teams = {(activity, party, team) for _pk, activity, party, team in told if team}
    mates = Nomination.objects.live().filter(activity__in={t[0] for t in teams}, team__in={t[2] for t in teams}) if teams else ()
    wanted |= {n.pk for n in mates if (n.activity_id, n.party_id, n.team) in teams}
    rows = Nomination.objects.filter(pk__in=wanted).select_related(*JOINS).select_for_update(of=("self",))
    given = list(rows.order_by("activity", "party", "choice", "pk"))
    if wrong := next((n for n in given if n.state not in states), None):
        raise NotInThatState(person=wrong.person.number)
    return given


def lock(activities: Collection[int]) -> None:
    """Hold the seats of activities until the end of the transaction."""
    list(Seats.objects.select_for_update().filter(activity__in=activities).order_by("activity").values_list("pk"))


def spare(activities: Collection[int]) -> dict[Place, int]:
    """How many granted seats nobody holds, by activity and party; only parties that hold or were granted any are there."""
    free: dict[Place, int] = defaultdict(int)
    granted = Grant.objects.filter(activity__in=activities).order_by().values_list("activity", "party")
    for activity, party, seats in granted.annotate(n=Sum(F("funded") + F("self_paid"))):
        free[activity, party] += seats
    holding = Nomination.objects.holding().filter(activity__in=activities).order_by().values_list("activity", "party")
    for activity, party, people in holding.annotate(n=Count("pk")):
        free[activity, party] -= people
    return free


def units(found: Iterable[Nomination]) -> list[list[Nomination]]:
    """Nominations as they go: alone, or as a team; the units in the party's order of choice."""
    by_team: dict[tuple[int, str, str], list[Nomination]] = defaultdict(list)
    for n in found:
        by_team[n.activity_id, n.party_id, n.team or f"\0{n.pk}"].append(n)
    return sorted(by_team.values(), key=lambda unit: (unit[0].activity_id, unit[0].party_id, min((n.choice, n.pk) for n in unit)))


def unit_of(nominations: Sequence[Nomination]) -> Unit:
    """A unit as the rules of the reserve list see it."""
    first = min(nominations, key=lambda n: (n.choice, n.pk))
    return Unit(
        first.party_id, tuple(n.pk for n in nominations), first.choice,
        max(n.waits_since or n.collected_at for n in nominations), first.request.priority or 3, first.person.number,
    )  # fmt: skip


def moved(found: Sequence[Nomination], to: NominationState, **columns: Any) -> None:
    """Bring several nominations to a state in one statement, each one version up."""
    with lawfully(), transaction.atomic():
        Nomination.objects.filter(pk__in=[n.pk for n in found]).update(state=to, version=F("version") + 1, **columns)
    for n in found:
        n.state, n.version = to, n.version + 1
        for column, value in columns.items():
            setattr(n, column, value)


def steps(
    found: Iterable[Nomination], kind: StepKind, why: Sentence, *, by: Actor, at: datetime, seats: int = 1,
    policy: PromotionPolicy | None = None, place: int | None = None,
) -> None:  # fmt: skip
    """Write down what was done with people on a list, and why."""
    told = kept([why])
    Step.objects.bulk_create(
        [
            Step(
                activity_id=n.activity_id, party_id=n.party_id, nomination=n, policy=policy, kind=kind, why=told, place=place,
                seats=seats, at=at, by=by.login,
            )
            for n in found
        ],
        batch_size=1000,
    )  # fmt: skip


def skip(
    unit: Sequence[Nomination], why: Sentence, *, by: Actor, at: datetime, policy: PromotionPolicy | None = None,
    place: int | None = None,
) -> bool:  # fmt: skip
    """Write down that a unit is passed over, and why; the same reason twice in a row is told once."""
    last = Step.objects.filter(nomination=unit[0]).order_by("-pk").values_list("kind", "why").first()
    if last == (StepKind.SKIPPED, kept([why])):
        return False
    steps(unit, StepKind.SKIPPED, why, by=by, at=at, seats=len(unit), policy=policy, place=place)
    return True


def move_up(activities: Collection[int], parties: Collection[str], *, by: Actor, at: datetime) -> int:
    """Give a party's own free seats to its own people who wait, in its order of choice; how many moved up.

    Whoever is passed over is told why. Part of every act that may free a seat; run again it changes nothing.
    """
    waiting = Nomination.objects.filter(activity__in=activities, party__in=parties, state=NominationState.RESERVE)
    given = list(waiting.select_related(*JOINS).select_for_update(of=("self",)).order_by("pk"))
    if not given:
        return 0
    free = spare(activities)
    bars = in_the_way(given, at=at, seen_by=EVERYBODY)
    many = 0
    for (activity, party), group in groupby(units(given), key=lambda unit: (unit[0].activity_id, unit[0].party_id)):
        for place, unit in enumerate(group, 1):
            if free[activity, party] < 1:
                break
            bar = next((bars[n.pk] for n in unit if n.pk in bars), None)
            why = bar.sentence if bar else too_many(unit_of(unit), free[activity, party])
            if why:
                skip(unit, why, by=by, at=at, place=place)
                continue
            moved(unit, NominationState.PUT_FORWARD, put_forward_at=at, put_forward_by=by.login, held_until=None)
            steps(unit, StepKind.MOVED_UP, Sentence(OWN_SEAT), by=by, at=at, place=place, seats=len(unit))
            record(Recorded.MOVED_UP, unit, by=by, at=at)
            free[activity, party] -= len(unit)
            many += len(unit)
    return many


def end(found: Sequence[Nomination], state: NominationState, reason: str, *, by: Actor, at: datetime) -> None:
    """End nominations; part of an act that records it. The reason stays in the row: it may name somebody."""
    moved(found, state, ended_at=at, ended_by=by.login, held_until=None, reason=reason.strip()[:600])


def give_back(offered: Iterable[Nomination], *, by: Actor, at: datetime) -> None:
    """Give back the seats that were granted for an offer which came to nothing; the newest late grants go first."""
    for (activity, party), many in Counter((n.activity_id, n.party_id) for n in offered).items():
        left = many
        late = Grant.objects.filter(activity=activity, party=party, source=GrantSource.LATE).select_related("request")
        for grant in late.order_by("-pk"):
            places_back = min(left, grant.places)
            if places_back:
                places.release(grant, places_back, by=by, at=at)
            left -= places_back


def record(act: Recorded, found: Sequence[Nomination], *, by: Actor, at: datetime) -> None:
    """One line for each activity and party; people are named by number, and no reason is told that may name somebody."""
    for _place, group in groupby(found, key=lambda n: (n.activity_id, n.party_id)):
        given = list(group)
        numbers = [n.person.number for n in given]
        trail.record(act, given[0].activity, by=by, at=at, about=given[0].party_id, people=numbers)


OWN_SEAT = _("A seat of the own party became free, and this was its next choice.")
# The house looks at everything when it decides who moves up; nobody reads through these eyes.
EVERYBODY = Actor(login="system", name="Comity", permissions=frozenset({"SEE_EVERYTHING"}))
