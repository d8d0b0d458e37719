"""Reads of requests: one's basket with findings and totals, the demand over all parties, the edition it is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Max, Q, Subquery, Sum, Value, When

from comity.activities.models import ON_OFFER, Activity, ActivityState, Edition, EditionState
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.refusals import NotFound
from comity.kernel.words import Name
from comity.participation import rules
from comity.participation.models import Cap, Request, RequestQuerySet, RequestState, Waiver
from comity.participation.queries.entry import entry
from comity.parties.models import Party

Weighed = tuple[Request, list[Finding]]


def editions(*, seen_by: Actor) -> list[Edition]:
    """The editions that are published or further, newest first."""
    return list(Edition.objects.seen_by(seen_by).filter(state__in=ON_OFFER).order_by("-year"))


def edition(year: int | str | None = None, *, seen_by: Actor) -> Edition:
    """The edition of a year; without one, that which takes requests, else the newest on offer.

    Raises:
        NotFound: there is none.
    """
    found = Edition.objects.seen_by(seen_by).filter(state__in=ON_OFFER)
    if year:
        found = found.filter(year=int(year)) if str(year).isdigit() and int(year) < 10_000 else found.none()
    open_first = Case(When(state=EditionState.REQUESTS_OPEN, then=Value(0)), default=Value(1))
    first = found.order_by(open_first, "-year").first()
    if first is None:
        raise NotFound(what="edition")
    return first


def requests(*, seen_by: Actor) -> RequestQuerySet:
    """The requests a reader may see, with what they are for."""
    return Request.objects.seen_by(seen_by).select_related("activity__edition", "party", "objective")


def request(pk: int, *, seen_by: Actor) -> Request:
    """One request.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = requests(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="request")
    return found


def asked_for(activity: Activity, *, seen_by: Actor) -> Request | None:
    """The live request of the reader's own party for an activity, if there is one."""
    if seen_by.party is None:
        return None
    return requests(seen_by=seen_by).live().filter(activity=activity, party=seen_by.party).first()


def weighed(asked: Iterable[Request], *, on: date) -> list[Weighed]:
    """Requests with what stands in their way, worst first; the register is read once for all of them."""
    given = list(asked)
    order = {"bar": 0, "waivable": 1, "caution": 2}
    return [
        (r, sorted([*rules.findings(wish_of(r), offer_of(r.activity)), *found], key=lambda f: order[f.weight]))
        for r, found in zip(given, entry(given, on=on), strict=True)
    ]


def waivers(year: int, *, seen_by: Actor) -> dict[int, list[str]]:
    """The findings waived for each request of an edition, by their messages."""
    found: dict[int, list[str]] = defaultdict(list)
    own = Request.objects.seen_by(seen_by).of_edition(year)
    for pk, message in Waiver.objects.filter(request__in=own).values_list("request", "message"):
        found[pk].append(message)
    return found


def waivers_of(request: Request, *, seen_by: Actor) -> list[Waiver]:
    """What was waived for one request, the first first."""
    own = Request.objects.seen_by(seen_by)
    return list(Waiver.objects.filter(request=request, request__in=own).order_by("waived_at"))


@dataclass(frozen=True)
class Basket:
    """What one party asks for in one edition, in figures."""

    requests: int
    drafts: int
    submitted: int
    places: int
    funded: int
    first: int
    linked: int
    cap: int | None


def basket(year: Edition, party: str, *, seen_by: Actor) -> Basket:
    """The figures of a party's live requests."""
    live = Request.objects.seen_by(seen_by).live().of_edition(year.pk).filter(party=party)
    cap = Cap.objects.filter(edition=year, party=party).values("places_cap")[:1]
    told = live.annotate(its_cap=Subquery(cap)).aggregate(
        requests=Count("pk"),
        drafts=Count("pk", filter=Q(state=RequestState.DRAFT)),
        submitted=Count("pk", filter=Q(state=RequestState.SUBMITTED)),
        funded=Sum("places", filter=Q(funding__in=["wanted", "needed"]), default=0),
        first=Count("pk", filter=Q(priority=1)),
        linked=Count("pk", filter=Q(objective__isnull=False)),
        cap=Max("its_cap"),
        # Last, for its name hides the column from what follows.
        places=Sum("places", default=0),
    )
    return Basket(**told)


def demand(year: Edition, *, seen_by: Actor) -> list[dict[str, Any]]:
    """What each party asks for in an edition; whoever sees one party's requests only sees that party."""
    live = Request.objects.seen_by(seen_by).live().of_edition(year.pk).order_by()
    rows = live.values("party", "party__name_en", "party__name_fr", "party__sort").annotate(
        requests=Count("pk"),
        submitted=Count("pk", filter=Q(state=RequestState.SUBMITTED)),
        places=Sum("places", default=0),
    )
    return [{**row, "name": Name(row["party__name_en"], row["party__name_fr"])} for row in rows.order_by("party__sort")]


def wish_of(asked: Request) -> rules.Wish:
    """A request as the rules see it."""
    return rules.Wish(asked.places, asked.priority, asked.objective_id is not None, asked.funding)


def offer_of(activity: Activity) -> rules.Offer:
    """An activity as the rules see it."""
    live = activity.state == ActivityState.APPROVED
    return rules.Offer(live, activity.seats, activity.first_day, activity.place_cost, activity.pool)


def joined(requests: Sequence[Request]) -> None:
    """Give requests their activities and parties, each of which is read once, not once a request."""
    activities = Activity.objects.in_bulk({r.activity_id for r in requests})
    parties = Party.objects.in_bulk({r.party_id for r in requests})
    for request in requests:
        request.activity, request.party = activities[request.activity_id], parties[request.party_id]
