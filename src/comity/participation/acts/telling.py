"""What the people of a party are told about its requests: what a round gave them, and that a deadline comes near."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.urls import reverse

from comity.accounts.rules import Role
from comity.activities.models import Edition, EditionState
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices
from comity.participation.models import Line, Request, RequestState, Round

SPEAKERS = (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)
PUBLISHED = _("Round {number} of {year} is published: of {asked} places your party asked for, {granted} are granted.")
CLOSING = _(
    "Requests for {year} close on {deadline}. Of yours, {drafts} are drafts still and do not count before they are submitted."
)
# Days before the deadline at which it is told, the nearest first.
BEFORE = (2, 7)


def round_published(drawn: Round, *, by: Actor, at: datetime) -> int:
    """Tell each party with requests in a round what it got; how many people were told."""
    granted = Sum(F("funded") + F("self_paid"))
    lines = (
        Line.objects.filter(round=drawn).order_by().values("request__party").annotate(got=granted, wanted=Sum("request__places"))
    )
    return sum(
        notices.tell(
            "rounds",
            f"round:{drawn.pk}:published",
            Sentence(
                PUBLISHED, {"number": drawn.number, "year": str(drawn.edition_id), "asked": of["wanted"], "granted": of["got"]}
            ),
            link=reverse("round", args=[drawn.pk]),
            party=of["request__party"],
            roles=SPEAKERS,
            about=of["request__party"],
            by=by,
            at=at,
        )
        for of in lines
    )


def deadlines(*, by: Actor, at: datetime) -> int:
    """Tell each party with drafts that requests close in a week, and again in two days; how many people were told."""
    open_ = Edition.objects.filter(state=EditionState.REQUESTS_OPEN, requests_close_at__gt=at)
    told = 0
    for edition in open_.filter(requests_close_at__lte=at + timedelta(days=max(BEFORE))):
        told += _closing(edition, by=by, at=at)
    return told


def _closing(edition: Edition, *, by: Actor, at: datetime) -> int:
    deadline = edition.requests_close_at
    assert deadline is not None
    near = next(days for days in BEFORE if deadline - at <= timedelta(days=days))
    drafts = Request.objects.of_edition(edition.pk).filter(Q(state=RequestState.DRAFT)).order_by()
    return sum(
        notices.tell(
            "requests",
            # A deadline that is moved is another deadline.
            f"requests:{edition.pk}:{deadline.isoformat()}:{near}",
            Sentence(CLOSING, {"year": str(edition.pk), "deadline": deadline, "drafts": count}),
            link=f"{reverse('requests')}?year={edition.pk}",
            party=party,
            roles=SPEAKERS,
            about=party,
            due_on=deadline.astimezone(edition.timezone).date(),
            by=by,
            at=at,
        )
        for party, count in drafts.values_list("party").annotate(n=Count("pk"))
    )
