"""What is open for one person who speaks for a party: what would pass to a successor, and what would end.

What belongs to the party stays where it is and is listed, so that the successor knows of it; what is the leaver's own
(drafts of clauses, tokens, the key) is named here without its content. Whatever is called by words that stand in columns
is gathered in one query, whatever its kind.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce, JSONArray, RowNumber

from comity.accounts.models import Token, User
from comity.activities.models import Activity
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
Rows = QuerySet[Any]


class Source(NamedTuple):
    """Where things of one kind are found.

    Attributes:
        rows: the things of a party, as the leaver sees them at a moment.
        key: the column by which one is named in the list.
        columns: what `told` makes the label and the link from.
        order: the columns by which they are listed.
    """

    rows: Callable[[str, Actor, datetime], Rows]
    key: str
    columns: tuple[str, ...]
    told: Callable[..., tuple[Name, str]]
    order: tuple[str, ...] = ("pk",)


def passing(leaver: User, *, party: str, seen_by: Actor, at: datetime) -> Passing:
    """The list, as the leaver would see it at that moment; `seen_by` is the leaver as an actor."""
    items = (*_gathered(party, seen_by, at), *_plans(party, seen_by), *_reviews(party, seen_by))
    tokens = Token.objects.alive(at).filter(owner=leaver).order_by("name").values_list("name", flat=True)
    key = SigningKey.objects.seen_by(seen_by).alive().filter(party=party, holder=leaver.login).first()
    return Passing(items, tuple(tokens), key.fingerprint if key else "")


def _gathered(party: str, reader: Actor, at: datetime) -> list[Item]:
    """The things of every source, each kind in its own order; one query."""
    told = [_rows(kind, source, source.rows(party, reader, at)) for kind, source in SOURCES.items()]
    found = sorted(told[0].union(*told[1:], all=True), key=lambda row: row["nth"])
    return [Item(row["what"], row["mark"], *SOURCES[row["what"]].told(*row["facts"])) for row in found]


def _rows(kind: str, source: Source, found: Rows) -> Rows:
    nth = Window(RowNumber(), order_by=source.order)
    mark, facts = Cast(source.key, TextField()), JSONArray(*source.columns)
    return found.order_by().values(what=Value(kind), nth=nth, mark=mark, facts=facts)


def _requests(party: str, reader: Actor, at: datetime) -> Rows:
    return Request.objects.seen_by(reader).filter(party=party, state=RequestState.DRAFT)


def _drafts(party: str, reader: Actor, at: datetime) -> Rows:
    return Draft.objects.seen_by(reader)


def _nominations(party: str, reader: Actor, at: datetime) -> Rows:
    waiting = (NominationState.COLLECTED, NominationState.ENDORSED)
    return Nomination.objects.seen_by(reader).filter(party=party, state__in=waiting)


def _seats(party: str, reader: Actor, at: datetime) -> Rows:
    """Activities to come with places granted for which nobody is put forward."""
    mine = Grant.objects.seen_by(reader).filter(party=party).order_by()
    here = mine.filter(activity=OuterRef("pk")).values("activity").annotate(n=Sum(F("funded") + F("self_paid"))).values("n")
    people = Nomination.objects.seen_by(reader).filter(party=party, state__in=HOLDING, activity=OuterRef("pk")).order_by()
    held = people.values("activity").annotate(n=Count("pk")).values("n")
    coming = Activity.objects.filter(pk__in=mine.values("activity"), last_day__gte=at.date())
    return coming.annotate(lacking=Subquery(here) - Coalesce(Subquery(held), 0)).filter(lacking__gt=0)


def _turns(party: str, reader: Actor, at: datetime) -> Rows:
    return Text.objects.seen_by(reader).filter(party=party, turn=WritingSide.PARTY, state=TextState.DRAFTING)


def _agreements(party: str, reader: Actor, at: datetime) -> Rows:
    found = Agreement.objects.seen_by(reader).filter(party=party, state__in=WAITS_FOR_A_PARTY)
    return found.exclude(signatures__party=party)


def _silences(party: str, reader: Actor, at: datetime) -> Rows:
    return Circulation.objects.seen_by(reader).filter(outcome=Outcome.OPEN, capitals__party=party)


def _plans(party: str, reader: Actor) -> Iterator[Item]:
    kinds = [PlanState.DRAFT, PlanState.VARIANT]
    for plan in Plan.objects.seen_by(reader).filter(party=party, state__in=kinds).order_by("pk"):
        yield Item("plans", str(plan.pk), Name(f"{plan.span} {plan.name}".strip()), "/plans/")


def _reviews(party: str, reader: Actor) -> Iterator[Item]:
    mine = Review.objects.seen_by(reader).filter(programme__party=party, closed_at__isnull=True)
    steps = ReviewStep.objects.filter(review__in=mine, done_on__isnull=True, due_on__isnull=False)
    for step in steps.select_related("review__programme__type").order_by("due_on", "pk"):
        label = _with(step.review.programme.name, f" {step.review.year}: {step.name} ({step.due_on})")
        yield Item("reviews", str(step.pk), label, f"/programmes/reviews/{step.review_id}/")


def _with(name: Name, more: str) -> Name:
    """A name with something after it, in both languages."""
    return Name(f"{name.en}{more}", f"{name.fr}{more}" if name.fr else "")


def _activity(number: str, title: str) -> str:
    return str(Activity(number=number, title=title))


def _clause(text: int, en: str, fr: str, chapter_en: str, chapter_fr: str) -> tuple[Name, str]:
    return Name(f"{en}: {chapter_en}", f"{fr or en}: {chapter_fr or chapter_en}"), f"/drafting/{text}/"


def _silence(agreement: int, en: str, fr: str, deadline: str) -> tuple[Name, str]:
    label = _with(Name(en, fr), f" ({datetime.fromisoformat(deadline):%Y-%m-%d %H:%M} UTC)")
    return label, f"/agreements/{agreement}/"


ACTIVITY = ("activity__number", "activity__title")
TITLE, TEXT = ("title_en", "title_fr"), ("text__title_en", "text__title_fr")
SOURCES = {
    "requests": Source(
        _requests,
        "pk",
        ("activity__edition", *ACTIVITY),
        lambda year, *named: (Name(_activity(*named)), f"/requests/?edition={year}"),
    ),
    "drafts": Source(
        _drafts,
        "clause",
        ("clause__text", *(f"clause__{part}" for part in TEXT), *(f"clause__chapter__{part}" for part in TITLE)),
        _clause,
        ("-clause__text__opened_at", "-clause__text", "clause__chapter__order", "clause__order", "clause"),
    ),
    "nominations": Source(
        _nominations,
        "pk",
        ("person__number", *ACTIVITY),
        lambda person, *named: (Name(f"{person} · {_activity(*named)}"), "/nominations/"),
        ("activity__number", "choice", "pk"),
    ),
    "seats": Source(
        _seats,
        "number",
        ("number", "title", "lacking"),
        lambda number, title, lacking: (Name(f"{number} {title}: {lacking}"), "/nominations/"),
        ("number",),
    ),
    "turns": Source(_turns, "pk", ("pk", *TITLE), lambda text, *title: (Name(*title), f"/drafting/{text}/")),
    "agreements": Source(_agreements, "pk", ("pk", *TEXT), lambda agreement, *title: (Name(*title), f"/agreements/{agreement}/")),
    "silences": Source(
        _silences,
        "pk",
        ("agreement", *(f"agreement__{part}" for part in TEXT), "deadline"),
        _silence,
        ("deadline", "pk"),
    ),
}
