"""What is open for one person who speaks for a party: what would pass to a successor, and what would end.

What belongs to the party stays where it is and is listed, so that the successor knows of it; what is the leaver's own
(drafts of clauses, tokens, the key) is named here without its content.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Sum

from comity.accounts.models import Token, User
from comity.agreements.models import Agreement, AgreementState, Circulation, Outcome, SigningKey
from comity.drafting.models import Draft, Text, TextState
from comity.drafting.models import Side as WritingSide
from comity.handovers.rules import Item, Passing
from comity.kernel.actors import Actor
from comity.kernel.words import Name
from comity.nominations.models import HOLDING, Nomination, NominationState
from comity.participation.models import Grant, Request, RequestState
from comity.plans.models import Plan, PlanState
from comity.reviews.models import Review, ReviewStep

WAITS_FOR_A_PARTY = (AgreementState.OFFERED, AgreementState.AGREED)


def passing(leaver: User, *, party: str, seen_by: Actor, at: datetime) -> Passing:
    """The list, as the leaver would see it at that moment; `seen_by` is the leaver as an actor."""
    items = tuple(item for source in SOURCES for item in source(party, seen_by, at))
    tokens = Token.objects.alive(at).filter(owner=leaver).order_by("name").values_list("name", flat=True)
    key = SigningKey.objects.seen_by(seen_by).alive().filter(party=party, holder=leaver.login).first()
    return Passing(items, tuple(tokens), key.fingerprint if key else "")


def _requests(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    found = Request.objects.seen_by(reader).filter(party=party, state=RequestState.DRAFT).select_related("activity")
    for request in found.order_by("pk"):
        yield Item("requests", str(request.pk), Name(str(request.activity)), f"/requests/?edition={request.activity.edition_id}")


def _drafts(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    mine = Draft.objects.seen_by(reader).select_related("clause__text", "clause__chapter")
    for draft in mine.order_by("clause__text", "clause__chapter__order", "clause__order", "clause"):
        text, chapter = draft.clause.text, draft.clause.chapter.title
        label = Name(f"{text.title.en}: {chapter.en}", f"{text.title.fr or text.title.en}: {chapter.fr or chapter.en}")
        yield Item("drafts", str(draft.clause_id), label, f"/drafting/{text.pk}/")


def _plans(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    kinds = [PlanState.DRAFT, PlanState.VARIANT]
    for plan in Plan.objects.seen_by(reader).filter(party=party, state__in=kinds).order_by("pk"):
        yield Item("plans", str(plan.pk), Name(f"{plan.span} {plan.name}".strip()), "/plans/")


def _nominations(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    waiting = (NominationState.COLLECTED, NominationState.ENDORSED)
    found = Nomination.objects.seen_by(reader).filter(party=party, state__in=waiting).select_related("person", "activity")
    for nomination in found.order_by("activity__number", "choice", "pk"):
        yield Item("nominations", str(nomination.pk), Name(f"{nomination.person.number} · {nomination.activity}"), "/nominations/")


def _seats(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    """Places granted at activities to come for which nobody is put forward."""
    mine = Grant.objects.seen_by(reader).filter(party=party, activity__last_day__gte=at.date()).order_by()
    granted = mine.values_list("activity__pk", "activity__number", "activity__title").annotate(n=Sum(F("funded") + F("self_paid")))
    held = Counter(Nomination.objects.seen_by(reader).filter(party=party, state__in=HOLDING).values_list("activity", flat=True))
    for pk, number, title, places in sorted(granted, key=lambda row: row[1]):
        if places > held[pk]:
            yield Item("seats", number, Name(f"{number} {title}: {places - held[pk]}"), "/nominations/")


def _turns(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    mine = Text.objects.seen_by(reader).filter(party=party, turn=WritingSide.PARTY, state=TextState.DRAFTING)
    for text in mine.order_by("pk"):
        yield Item("turns", str(text.pk), text.title, f"/drafting/{text.pk}/")


def _agreements(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    found = Agreement.objects.seen_by(reader).filter(party=party, state__in=WAITS_FOR_A_PARTY).select_related("text", "version")
    for agreement in found.exclude(signatures__party=party).order_by("pk"):
        yield Item("agreements", str(agreement.pk), agreement.text.title, f"/agreements/{agreement.pk}/")


def _silences(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    rounds = Circulation.objects.seen_by(reader).filter(outcome=Outcome.OPEN, capitals__party=party)
    for found in rounds.select_related("agreement__text").order_by("deadline", "pk"):
        label = _with(found.agreement.text.title, f" ({found.deadline:%Y-%m-%d %H:%M} UTC)")
        yield Item("silences", str(found.pk), label, f"/agreements/{found.agreement_id}/")


def _reviews(party: str, reader: Actor, at: datetime) -> Iterator[Item]:
    mine = Review.objects.seen_by(reader).filter(programme__party=party, closed_at__isnull=True)
    steps = ReviewStep.objects.filter(review__in=mine, done_on__isnull=True, due_on__isnull=False)
    for step in steps.select_related("review__programme__type").order_by("due_on", "pk"):
        label = _with(step.review.programme.name, f" {step.review.year}: {step.name} ({step.due_on})")
        yield Item("reviews", str(step.pk), label, f"/programmes/reviews/{step.review_id}/")


def _with(name: Name, more: str) -> Name:
    """A name with something after it, in both languages."""
    return Name(f"{name.en}{more}", f"{name.fr}{more}" if name.fr else "")


SOURCES = (_requests, _drafts, _plans, _nominations, _seats, _turns, _agreements, _silences, _reviews)
