"""The points there are: what waits in each room, for whom it is told in `desk` and in `brief`."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.agreements.models import Agreement, Circulation
from comity.attendance.models import Certificate, Outcome
from comity.drafting.models import Text
from comity.feedback.models import ActivityReport
from comity.kernel.actors import Actor
from comity.kernel.words import Name, _
from comity.nominations.models import Nomination
from comity.participation.models import Grant, Request
from comity.programmes.models import Goal, Milestone
from comity.reports.queries.points import Noun, Point, Row, Scope, past
from comity.reviews.models import Review, ReviewStep

AHEAD = timedelta(days=30)
"""What is due is told for so long ahead."""
NAMES_BY = timedelta(days=60)
"""Seats of activities that begin within this time need names."""
QUIET = timedelta(days=14)
"""A side that has not moved for so long is called silent."""


def _nominations(scope: Scope, state: str) -> QuerySet[Any]:
    return Nomination.objects.seen_by(scope.reader).filter(state=state)


def _draft_requests(scope: Scope) -> QuerySet[Any]:
    heard = Q(activity__edition__requests_opened_at__isnull=False, activity__edition__requests_close_at__gt=scope.at)
    return Request.objects.seen_by(scope.reader).filter(heard, state="draft")


def _milestones(scope: Scope, *, late: bool) -> QuerySet[Any]:
    found = Milestone.objects.seen_by(scope.reader).filter(state="open", goal__retired_at__isnull=True)
    gone, soon = past("due", scope.on), past("due", scope.on + AHEAD)
    return found.filter(gone) if late else found.filter(soon).exclude(gone)


def _late_goals(scope: Scope) -> QuerySet[Any]:
    return Goal.objects.seen_by(scope.reader).live().filter(past("deadline", scope.on))


def _steps(scope: Scope, *, late: bool) -> QuerySet[Any]:
    span = Q(due_on__lt=scope.on) if late else Q(due_on__gte=scope.on, due_on__lt=scope.on + AHEAD)
    open_reviews = Review.objects.seen_by(scope.reader).filter(closed_at__isnull=True)
    return ReviewStep.objects.filter(span, review__in=open_reviews, done_on__isnull=True)


def _silences(scope: Scope) -> QuerySet[Any]:
    seen = Circulation.objects.seen_by(scope.reader)
    return seen.filter(outcome="open", halted_at__isnull=True, deadline__gt=scope.at)


def _broken(scope: Scope) -> QuerySet[Any]:
    seen = Circulation.objects.seen_by(scope.reader)
    return seen.filter(outcome="broken", agreement__text__state="drafting", closed_at__gt=scope.at - AHEAD)


def _turn(scope: Scope, side: str, since: timedelta = timedelta()) -> QuerySet[Any]:
    return Text.objects.seen_by(scope.reader).filter(state="drafting", turn=side, turned_at__lte=scope.at - since)


def _agreements(scope: Scope, state: str) -> QuerySet[Any]:
    return Agreement.objects.seen_by(scope.reader).filter(state=state)


def _unfilled(scope: Scope) -> QuerySet[Any]:
    """Requests that hold more seats than they have people, for activities that begin soon."""
    of_it = {"request": OuterRef("pk")}
    seats = Grant.objects.filter(**of_it).order_by().values("request").annotate(n=Sum(F("funded") + F("self_paid"))).values("n")
    people = Nomination.objects.live().filter(**of_it).order_by().values("request").annotate(n=Count("pk")).values("n")
    soon = Request.objects.seen_by(scope.reader).filter(
        activity__first_day__gte=scope.on, activity__first_day__lt=scope.on + NAMES_BY
    )
    return soon.annotate(lacking=Coalesce(Subquery(seats), 0) - Coalesce(Subquery(people), 0)).filter(lacking__gt=0)


def _past(scope: Scope) -> QuerySet[Any]:
    """Activities that ended and that somebody went to."""
    went = Nomination.objects.filter(activity=OuterRef("pk"), state="accepted")
    return Activity.objects.seen_by(scope.reader).filter(Exists(went), last_day__lt=scope.on)


def _to_close(scope: Scope) -> QuerySet[Any]:
    return _past(scope).exclude(sheet__state="closed")


def _to_certify(scope: Scope) -> QuerySet[Any]:
    certified = Certificate.objects.standing().values("nomination")
    bare = Outcome.objects.filter(sheet=OuterRef("pk"), result="attended").exclude(passed=False).exclude(nomination__in=certified)
    return Activity.objects.seen_by(scope.reader).filter(Exists(bare), sheet__state="closed")


def _to_report(scope: Scope) -> QuerySet[Any]:
    told = ActivityReport.objects.filter(activity=OuterRef("pk")).handed_in()
    return _past(scope).filter(~Exists(told), sheet__state="closed")


def _reports(scope: Scope) -> QuerySet[Any]:
    return ActivityReport.objects.seen_by(scope.reader).filter(state="submitted")


NOMINATION = Noun(
    lambda row: Row(row.party_id, Name(str(row)), f"/nominations/{row.activity.number}/", row.held_until or row.activity.starts),
    ("activity", "person"),
)
NOMINEE = NOMINATION._replace(party="activity__provider_party")
REQUEST = Noun(
    lambda row: Row(row.party_id, Name(str(row.activity)), f"/requests/{row.pk}/", row.activity.edition.requests_close_at),
    ("activity__edition",),
)
SEATS = REQUEST._replace(
    told=lambda row: Row(row.party_id, Name(str(row.activity)), f"/nominations/{row.activity.number}/", row.activity.starts),
    needs=("activity",),
)
SHEET = Noun(lambda row: Row(row.provider_party_id, Name(str(row)), f"/attendance/{row.number}/", row.ends), party="provider_party")
CERTIFICATES = SHEET._replace(
    told=lambda row: Row(row.provider_party_id, Name(str(row)), f"/attendance/{row.number}/certificates/", row.ends)
)
TO_WRITE = SHEET._replace(told=lambda row: Row(row.provider_party_id, Name(str(row)), f"/feedback/{row.number}/report/", row.ends))
REPORT = Noun(
    lambda row: Row(row.activity.provider_party_id, Name(str(row)), f"/feedback/{row.activity.number}/report/", row.submitted_at),
    ("activity",),
    "activity__provider_party",
)
MILESTONE = Noun(
    lambda row: Row(row.goal.party_id, row.title, f"/programmes/goals/{row.goal_id}/", row.due), ("goal",), "goal__party"
)
GOAL = Noun(lambda row: Row(row.party_id, row.title, f"/programmes/goals/{row.pk}/", row.deadline))
STEP = Noun(
    lambda row: Row(row.review.programme.party_id, row.review.programme.name, f"/programmes/reviews/{row.review_id}/", row.due_on),
    ("review__programme__type",),
    "review__programme__party",
)
CIRCULATION = Noun(
    lambda row: Row(row.agreement.party_id, row.agreement.text.title, f"/agreements/{row.agreement_id}/", row.deadline),
    ("agreement__text",),
    "agreement__party",
)
# A round lies with every capital that is asked in it.
ASKED = CIRCULATION._replace(party="capitals__party")
AGREEMENT = Noun(lambda row: Row(row.party_id, row.text.title, f"/agreements/{row.pk}/", row.last_moment()), ("text",))
TEXT = Noun(lambda row: Row(row.party_id, row.title, f"/drafting/{row.pk}/", row.turned_at))

FIRST_DAY = "activity__first_day"
DRAFT_REQUESTS = Point(
    "draft-requests", _("Requests still in draft: {count}"), REQUEST, _draft_requests, "activity__edition__requests_close_at"
)
TO_ENDORSE = Point(
    "to-endorse", _("Nominations to endorse: {count}"), NOMINATION, lambda s: _nominations(s, "collected"), FIRST_DAY
)
TO_PUT_FORWARD = Point(
    "to-put-forward", _("Endorsed people to put forward: {count}"), NOMINATION, lambda s: _nominations(s, "endorsed"), FIRST_DAY
)
OFFERED_SEATS = Point(
    "offered-seats",
    _("Seats held for you from the reserve list: {count}"),
    NOMINATION,
    lambda s: _nominations(s, "offered"),
    "held_until",
)
TO_ACCEPT = Point("to-accept", _("Nominees to accept: {count}"), NOMINEE, lambda s: _nominations(s, "put_forward"), FIRST_DAY)
MILESTONES_DUE = Point("milestones-due", _("Milestones due: {count}"), MILESTONE, lambda s: _milestones(s, late=False))
MILESTONES_LATE = Point("milestones-late", _("Milestones overdue: {count}"), MILESTONE, lambda s: _milestones(s, late=True))
GOALS_LATE = Point("goals-late", _("Goals past their deadline: {count}"), GOAL, _late_goals)
STEPS_DUE = Point("steps-due", _("Steps of reviews due: {count}"), STEP, lambda s: _steps(s, late=False), "due_on")
STEPS_LATE = Point("steps-late", _("Steps of reviews overdue: {count}"), STEP, lambda s: _steps(s, late=True), "due_on")
SILENCES = Point("silences", _("Texts under silence: {count}"), CIRCULATION, _silences, "deadline")
SILENCES_HERE = Point("silences-here", _("Texts on which your capital may break silence: {count}"), ASKED, _silences, "deadline")
BROKEN = Point("broken", _("Silence broken: {count}"), CIRCULATION, _broken, "closed_at", is_since=True)
OUR_TURN = Point(
    "our-turn",
    _("Texts in the court of the organisation: {count}"),
    TEXT,
    lambda s: _turn(s, "organisation"),
    "turned_at",
    is_since=True,
)
THEIR_TURN = Point("their-turn", _("Texts in your court: {count}"), TEXT, lambda s: _turn(s, "party"), "turned_at", is_since=True)
THEIR_SILENCE = Point(
    "their-silence",
    _("Texts the party has left for two weeks: {count}"),
    TEXT,
    lambda s: _turn(s, "party", QUIET),
    "turned_at",
    is_since=True,
)
TO_ENDORSE_TEXTS = Point(
    "to-endorse-texts", _("Texts to endorse: {count}"), AGREEMENT, lambda s: _agreements(s, "offered"), "offered_at", is_since=True
)
TO_CIRCULATE = Point(
    "to-circulate",
    _("Endorsed texts to put before the Allies: {count}"),
    AGREEMENT,
    lambda s: _agreements(s, "endorsed"),
    "endorsed_at",
    is_since=True,
)
TO_SIGN = Point(
    "to-sign", _("Agreed texts to sign: {count}"), AGREEMENT, lambda s: _agreements(s, "agreed"), "agreed_at", is_since=True
)

UNFILLED = Point("unfilled", _("Activities with a seat and nobody for it: {count}"), SEATS, _unfilled, FIRST_DAY)
TO_CLOSE = Point("to-close", _("Attendance sheets to close: {count}"), SHEET, _to_close, "last_day", is_since=True)
TO_CERTIFY = Point(
    "to-certify", _("Activities with certificates to issue: {count}"), CERTIFICATES, _to_certify, "last_day", is_since=True
)
TO_REPORT = Point("to-report", _("Activities to report on: {count}"), TO_WRITE, _to_report, "last_day", is_since=True)
REPORTS = Point("reports", _("Reports to approve: {count}"), REPORT, _reports, "submitted_at", is_since=True)

# What is told on the desk: to those who speak for a party about that party, to the staff about all.
OF_A_PARTY: tuple[tuple[Permission, tuple[Point, ...]], ...] = (
    (Permission.BREAK_SILENCE, (SILENCES_HERE,)),
    (Permission.ENDORSE_TEXTS, (TO_ENDORSE_TEXTS,)),
    (Permission.SIGN_TEXTS, (TO_SIGN,)),
    (Permission.ENDORSE_NOMINATIONS, (TO_ENDORSE,)),
    (Permission.NOMINATE_PEOPLE, (OFFERED_SEATS, TO_PUT_FORWARD, UNFILLED)),
    (Permission.RUN_ACTIVITIES, (TO_ACCEPT, TO_CLOSE, TO_CERTIFY, TO_REPORT)),
    (Permission.DRAFT_TEXTS, (THEIR_TURN, STEPS_LATE, STEPS_DUE, MILESTONES_LATE, MILESTONES_DUE)),
)
OF_THE_STAFF: tuple[tuple[Permission, tuple[Point, ...]], ...] = (
    (Permission.CIRCULATE_TEXTS, (BROKEN, TO_CIRCULATE, SILENCES)),
    (Permission.SIGN_TEXTS, (TO_SIGN,)),
    (Permission.APPROVE_REPORTS, (REPORTS,)),
    (Permission.KEEP_PROGRAMMES, (OUR_TURN, STEPS_LATE, STEPS_DUE, MILESTONES_LATE, GOALS_LATE)),
)


def of(reader: Actor) -> list[Point]:
    """What a reader is told of on the desk."""
    groups = OF_THE_STAFF if reader.may(Permission.SEE_EVERYTHING) else OF_A_PARTY if reader.party else ()
    return [point for permission, group in groups for point in group if reader.may(permission)]
