"""What pages show of nominations: lists narrowed by the address, and for a party how its seats are filled and what is next."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import JSONObject

from comity.activities.models import Activity, Edition
from comity.activities.queries import activities
from comity.exchange.models import Batch, BatchQuerySet
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Sentence, _
from comity.nominations.models import (
    ENDED,
    CollectingLink,
    CollectingLinkQuerySet,
    Nomination,
    NominationQuerySet,
    NominationState,
    Person,
    PromotionPolicy,
    Receipt,
    Waiver,
)
from comity.nominations.queries import nominations
from comity.nominations.queries.imports import KIND
from comity.nominations.rules.reserve import begins_at, releases_at
from comity.participation.models import Grant, Seats
from comity.participation.rules import sentences

State = NominationState
LIVE = "live"
ORDER = ("activity__first_day", "activity", "party", "choice", "pk")
# What lists tell of each activity, and of each nomination.
SHOWN = ("number", "title", "first_day", "last_day")
LISTED = (
    "state", "choice", "team", "held_until", "reason", "person__number", "person__rank", "person__erased_at", "party__name_en",
    "party__name_fr", "activity__provider_party", *(f"activity__{column}" for column in SHOWN), "person", "party", "activity",
)  # fmt: skip


@dataclass(frozen=True)
class Filling:
    """How the seats of one party at one activity are filled."""

    activity: Activity
    granted: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    releases_at: datetime | None = None
    days: int | None = None

    @property
    def filled(self) -> int:
        """Seats for which somebody is put forward or accepted, or to whom one is offered."""
        return sum(self.counts.get(s, 0) for s in (State.PUT_FORWARD, State.ACCEPTED, State.OFFERED))

    @property
    def free(self) -> int:
        """Granted seats that nobody holds."""
        return max(0, self.granted - self.filled)

    @property
    def waits_for_us(self) -> bool:
        """Whether the party has something to do."""
        return bool(self.free or self.counts.get(State.OFFERED) or self.counts.get(State.ENDORSED))

    @property
    def next(self) -> Sentence:
        """What the party does next."""
        facts = {"free": self.free}
        if self.counts.get(State.OFFERED):
            return Sentence(_("Take or refuse the seat that is offered."))
        if self.counts.get(State.ENDORSED):
            return Sentence(_("Put forward who is endorsed."))
        if self.free and self.counts.get(State.COLLECTED):
            return Sentence(_("Have the candidates endorsed."))
        if self.free:
            return Sentence(_("Name candidates for {free} free seats."), facts)
        if self.counts.get(State.PUT_FORWARD):
            return Sentence(_("The organiser answers."))
        return Sentence(_("All seats are filled.") if self.granted else _("They wait on the reserve list."))


@dataclass(frozen=True)
class Board:
    """How one activity stands: its seats where the reader may know of them, and how those of one party are filled."""

    activity: Activity
    seats: Seats | None
    filling: Filling | None


def chosen(found: NominationQuerySet, given: Mapping[str, str]) -> NominationQuerySet:
    """A list of nominations as the address narrows it."""
    if given.get("year", "").isdigit():
        found = found.filter(activity__edition=int(given["year"][-4:]))
    if state := given.get("state"):
        found = found.exclude(state__in=ENDED) if state == LIVE else found.filter(state=state)
    if party := given.get("party"):
        found = found.filter(party=party.upper())
    if activity := given.get("activity"):
        found = found.filter(activity__number=activity.upper())
    if text := given.get("q", "").strip():
        found = found.filter(_called(text))
    return found


def listed(keys: Any, *, seen_by: Actor) -> NominationQuerySet:
    """Some nominations by their keys, or by a query of them, with what a list shows alone: most of a row is not read."""
    found = nominations(seen_by=seen_by).filter(pk__in=keys).select_related(None)
    return found.select_related("activity", "person", "party").only(*LISTED).order_by(*ORDER)


def counts(year: Edition, *, seen_by: Actor) -> tuple[dict[str, int], bool]:
    """How many nominations of an edition a reader may see at each step, and whether one of them is not of the own party.

    Asked for in one query.
    """
    parts = Nomination.objects.filter(activity__edition=year).order_by().parts_seen_by(seen_by)
    told = [part.annotate(part=Value(at)).values_list("state", "part").annotate(n=Count("pk")) for at, part in enumerate(parts)]
    found: Counter[str] = Counter()
    of_others = len(parts) == 1
    for state, at, n in told[0].union(*told[1:], all=True):
        found[state] += n
        of_others |= at > 0
    return found, of_others


def many(counted: Mapping[str, int], given: Mapping[str, str]) -> int | None:
    """How many of a list that was counted the address asks for; nothing where the counts do not tell."""
    if given.get("party") or given.get("activity") or given.get("q", "").strip():
        return None
    state = given.get("state")
    if state and state != LIVE:
        return counted.get(state, 0)
    return sum(n for at, n in counted.items() if not (state and at in ENDED))


def fillings(year: Edition, party: str, *, at: datetime, seen_by: Actor) -> list[Filling]:
    """The activities at which a party was granted seats or named people, in order of their days."""
    grants = Grant.objects.seen_by(seen_by).filter(party=party, activity__edition=year).order_by().values_list("activity")
    granted = dict(grants.annotate(n=Sum(F("funded") + F("self_paid"))))
    told: dict[int, dict[str, int]] = defaultdict(dict)
    live = Nomination.objects.seen_by(seen_by).live().filter(party=party, activity__edition=year).order_by()
    for activity, state, n in live.values_list("activity", "state").annotate(n=Count("pk")):
        told[activity][state] = n
    wanted = {pk for pk, places in granted.items() if places} | told.keys()
    rows = Activity.objects.filter(pk__in=wanted).only(*SHOWN).order_by("first_day", "number")
    policy = PromotionPolicy.objects.seen_by(seen_by).in_force()
    return [Filling(a, granted.get(a.pk, 0), told[a.pk], *_release(a.first_day, policy, year.zone, at)) for a in rows]


def candidates(activity: Activity, *, seen_by: Actor) -> NominationQuerySet:
    """The nominations for an activity that a reader may see, each with the messages of the findings `waived` for it."""
    waived = Waiver.objects.filter(nomination=OuterRef("pk")).order_by().values("message")
    found = nominations(seen_by=seen_by).filter(activity=activity).annotate(waived=ArraySubquery(waived))
    return found.order_by("party", "choice", "pk")


def board(number: str, party: str, *, policy: PromotionPolicy | None, at: datetime, seen_by: Actor) -> Board:
    """One activity by its number with its seats, and how those of a party are filled under a policy; one query for all.

    How many are granted in all is told to those who see everything, and to its provider; without a party nothing is filled.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    mine = {"party": party, "activity": OuterRef("pk")}
    granted = Grant.objects.seen_by(seen_by).filter(**mine).order_by().values("activity")
    live = Nomination.objects.seen_by(seen_by).live().filter(**mine).order_by().values("state").annotate(n=Count("pk"))
    rows = activities(seen_by=seen_by).filter(number=number.upper()).select_related("edition", "seats_kept")
    row: Any = rows.annotate(
        places=Subquery(granted.annotate(n=Sum(F("funded") + F("self_paid"))).values("n")),
        told=ArraySubquery(live.values_list(JSONObject(state=F("state"), n=F("n")))),
    ).first()
    if row is None:
        raise NotFound(what="activity")
    open_to = seen_by.may("SEE_EVERYTHING") or (seen_by.party and row.provider_party_id == seen_by.party)
    seats = getattr(row, "seats_kept", None) if open_to else None
    released = _release(row.first_day, policy, row.edition.zone, at)
    filling = Filling(row, row.places or 0, {count["state"]: count["n"] for count in row.told}, *released)
    return Board(row, seats, filling if party else None)


def links(*, seen_by: Actor) -> CollectingLinkQuerySet:
    """The links of the reader's delegation, the newest first."""
    return CollectingLink.objects.seen_by(seen_by).select_related("activity")


def sheets(*, seen_by: Actor) -> BatchQuerySet:
    """The sheets of candidates that the reader's own delegation handed in."""
    return Batch.objects.seen_by(seen_by).filter(kind=KIND, party=seen_by.party or "")


def receipts(*, seen_by: Actor) -> list[Receipt]:
    """What was erased, the newest first; a receipt names nobody."""
    return list(Receipt.objects.all()[:200]) if not seen_by.is_stranger else []


def told(why: Sequence[Sequence[object]]) -> list[Sentence]:
    """The reason of a step, ready to be said."""
    return sentences(why)


def _called(text: str) -> Q:
    """What is looked for, sought among activities and among people: of both there are fewer than nominations."""
    named = Activity.objects.filter(Q(number__istartswith=text) | Q(title__icontains=text)).order_by()
    people = Person.objects.filter(number=text.upper()).order_by()
    return Q(activity__in=named.values("pk")) | Q(person__in=people.values("pk"))


def _release(first_day: date | None, policy: PromotionPolicy | None, zone: str, at: datetime) -> tuple[datetime | None, int | None]:
    """When unfilled seats go back, and in how many days; nothing for what has begun or has no day."""
    if first_day is None or policy is None or at >= begins_at(first_day, zone):
        return None, None
    moment = releases_at(first_day, policy.release_days, zone)
    return moment, max(0, math.ceil((moment - at).total_seconds() / 86400))
