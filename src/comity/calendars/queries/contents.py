"""What stands in a feed at a moment: activities of the party and its deadlines, as somebody may see them just then.

Each source is a handful of queries, whatever there is in it. Nobody is named: of people there are numbers alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from comity.accounts.rules import Permission
from comity.activities.models import ON_OFFER, Activity, ActivityState, DeliveryPart, Edition
from comity.activities.queries.feeds import events_of, has_known_days
from comity.agreements.models import Circulation, Outcome
from comity.calendars.models import FeedKind
from comity.calendars.rules import PAST_STAYS
from comity.exchange.calendars import Event
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.nominations.models import HOLDING, Nomination, NominationState, PromotionPolicy
from comity.nominations.queries.reserve import policy
from comity.nominations.rules.reserve import releases_at
from comity.participation.models import Grant
from comity.parties.models import Party, PartyKind
from comity.reviews.models import Review, ReviewStep
from comity.reviews.rules import REVIEW_STEPS

WEEK, DAY = timedelta(days=7), timedelta(days=1)


@dataclass
class Contents:
    """Events by their beginning, and how many activities have no days yet."""

    events: list[Event] = field(default_factory=list)
    undated: int = 0


def contents(kind: str, *, seen_by: Actor, language: str, at: datetime, address: str) -> Contents:
    """What a feed of a kind shows at a moment to somebody, in a language."""
    found = Contents()
    if seen_by.party is None:
        return found
    is_of_party = kind == FeedKind.PARTY
    with override(language):
        _activities(found, seen_by, is_of_party, at, address)
        found.events += _requests_close(seen_by, is_of_party, at, address)
        found.events += _silences(seen_by, is_of_party, at, address)
        found.events += _reviews(seen_by, is_of_party, at, address)
    return found


def _activities(found: Contents, reader: Actor, is_of_party: bool, at: datetime, address: str) -> None:
    """Activities at which the party holds places, and those it runs itself; and when seats without a person go back."""
    mine = Grant.objects.seen_by(reader).filter(party=reader.party).order_by().values_list("activity")
    granted = {pk: places for pk, places in mine.annotate(n=Sum(F("funded") + F("self_paid"))) if places}
    recent = Q(last_day__isnull=True) | Q(last_day__gte=at.date() - PAST_STAYS)
    own = Q(pk__in=list(granted)) | Q(provider_party=reader.party)
    rows = Activity.objects.seen_by(reader).filter(recent, own, state=ActivityState.APPROVED).select_related("edition")
    activities = list(rows.order_by("first_day", "number"))
    parts, sent = _parts(activities), _sent(activities, reader)
    nominates = is_of_party or reader.may(Permission.NOMINATE_PEOPLE)
    chosen = policy(seen_by=reader) if granted and nominates else None
    for activity in activities:
        places, people = granted.get(activity.pk, 0), sent.get(activity.pk, {})
        if not has_known_days(activity):
            found.undated += 1
            continue
        words = _places(places, people)
        found.events += events_of(activity, parts.get(activity.pk, []), changed_at=at, address=address, words=words)
        if chosen and places > sum(people.values()):
            found.events.append(_release(activity, places - sum(people.values()), chosen, at=at, address=address))


def _release(activity: Activity, seats: int, chosen: PromotionPolicy, *, at: datetime, address: str) -> Event:
    """When the seats of an activity for which nobody is put forward go to those who wait elsewhere."""
    assert activity.first_day is not None
    moment = releases_at(activity.first_day, chosen.release_days, activity.edition.zone)
    title = _("Seats without a person go back: {activity}").format(activity=f"{activity.title} ({activity.number})")
    words = ngettext("{count} seat is without a person", "{count} seats are without a person", seats).format(count=seats)
    made = _deadline(f"release-{activity.number}", title, moment, at=at, link=f"{address}/nominations/")
    return replace(made, words=words)


def _parts(activities: Iterable[Activity]) -> dict[int, list[DeliveryPart]]:
    found: dict[int, list[DeliveryPart]] = defaultdict(list)
    for part in DeliveryPart.objects.filter(activity__in=[activity.pk for activity in activities]):
        found[part.activity_id].append(part)
    return found


def _sent(activities: Iterable[Activity], reader: Actor) -> dict[int, dict[str, int]]:
    """How many people of the party hold a seat at each activity, by how far they have come."""
    rows = Nomination.objects.seen_by(reader).filter(party=reader.party, state__in=HOLDING).order_by()
    counted = rows.filter(activity__in=[activity.pk for activity in activities]).values_list("activity", "state")
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for activity, state, people in counted.annotate(people=Count("pk")):
        found[activity][state] = people
    return found


def _places(granted: int, sent: dict[str, int]) -> list[str]:
    """How many places are held and how many people are to sit on them, without a name."""
    if not granted:
        return []
    put_forward, accepted = sent.get(NominationState.PUT_FORWARD, 0), sent.get(NominationState.ACCEPTED, 0)
    words = [ngettext("{count} place granted", "{count} places granted", granted).format(count=granted)]
    if put_forward:
        words.append(ngettext("{count} person put forward", "{count} people put forward", put_forward).format(count=put_forward))
    if accepted:
        words.append(ngettext("{count} person accepted", "{count} people accepted", accepted).format(count=accepted))
    return words


def _requests_close(reader: Actor, is_of_party: bool, at: datetime, address: str) -> list[Event]:
    """When requests for an edition close: for those who ask for places, and for those who share them out."""
    editions = Edition.objects.seen_by(reader).filter(state__in=ON_OFFER, requests_close_at__gt=at - PAST_STAYS)
    if is_of_party:
        editions = editions.filter(Exists(Party.objects.filter(pk=reader.party, kind=PartyKind.STATE)))
    elif not (reader.may(Permission.REQUEST_PLACES) or reader.may(Permission.MANAGE_ROUNDS)):
        return []
    return [
        _deadline(
            f"requests-{edition.pk}",
            _("Requests for {edition} close").format(edition=edition.title),
            edition.requests_close_at,  # type: ignore[arg-type]
            at=at,
            link=f"{address}/requests/",
        )
        for edition in editions.order_by("requests_close_at")
    ]


def _silences(reader: Actor, is_of_party: bool, at: datetime, address: str) -> list[Event]:
    """When silence holds: for Allies that were asked, and for those who circulate texts; time that is halted is no deadline."""
    rounds = Circulation.objects.seen_by(reader).filter(deadline__gt=at - PAST_STAYS, halted_at__isnull=True)
    rounds = rounds.filter(outcome__in=[Outcome.OPEN, Outcome.AGREED]).select_related("agreement__text")
    if is_of_party or not reader.may(Permission.CIRCULATE_TEXTS):
        if not (is_of_party or reader.may(Permission.BREAK_SILENCE)):
            return []
        rounds = rounds.filter(capitals__party=reader.party)
    return [
        _deadline(
            f"silence-{circulation.pk}",
            _("Silence on “{title}” ends").format(title=say(circulation.agreement.text.title)),
            circulation.deadline,
            at=at,
            link=f"{address}/agreements/{circulation.agreement_id}/",
        )
        for circulation in rounds.order_by("deadline", "pk")
    ]


def _reviews(reader: Actor, is_of_party: bool, at: datetime, address: str) -> list[Event]:
    """By when the steps of reviews are due: for the party that is reviewed, and for those who keep programmes."""
    steps = _steps(reader, is_of_party).filter(due_on__gt=at.date() - PAST_STAYS)
    steps = steps.select_related("review__programme__type").order_by("due_on", "pk")
    found = []
    for step in steps:
        review = step.review
        name = _("{step} due: {programme} of {party}").format(
            step=_(REVIEW_STEPS[step.name]), programme=say(review.programme.name), party=review.programme.party_id
        )
        link = f"{address}/programmes/reviews/{review.pk}/"
        found.append(_day(f"review-{review.pk}-{step.name}", name, step.due_on, at=at, link=link))  # type: ignore[arg-type]
    return found


def _steps(reader: Actor, is_of_party: bool) -> QuerySet[ReviewStep]:
    """The steps to be done that concern somebody."""
    steps = ReviewStep.objects.filter(review__in=Review.objects.seen_by(reader), done_on__isnull=True)
    if not is_of_party and reader.may(Permission.KEEP_PROGRAMMES):
        return steps
    if is_of_party or reader.may(Permission.DRAFT_TEXTS):
        return steps.filter(review__programme__party=reader.party)
    return steps.none()


def _deadline(uid: str, title: str, moment: datetime, *, at: datetime, link: str) -> Event:
    """A moment at which something is too late; a calendar rings a day before."""
    return Event(
        uid=uid,
        title=title,
        starts=moment,
        ends=None,
        changed_at=at,
        address=link,
        category=_("Deadline"),
        is_busy=False,
        alarm=DAY,
    )


def _day(uid: str, title: str, day: date, *, at: datetime, link: str) -> Event:
    """A day by which something is due; a calendar rings a week before."""
    return Event(
        uid=uid,
        title=title,
        starts=day,
        ends=day + DAY,
        changed_at=at,
        address=link,
        category=_("Deadline"),
        is_busy=False,
        alarm=WEEK,
    )
