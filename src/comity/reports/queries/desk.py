"""The desk of one reader: what to do, what changed, where things stand; counted by the database, never row by row."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, F, Q, Sum, Value, When

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Sentence, _
from comity.nominations.models import Nomination
from comity.participation.models import Grant, Line, Request, Round
from comity.participation.rules import time_left
from comity.reports.queries import duties, points
from comity.reports.queries.points import Counted, Point, Row, Scope
from comity.trail import queries as trail
from comity.trail.models import Entry

NEWS = 12
AT_ONCE, SOON = timedelta(days=2), timedelta(days=14)


class Task(NamedTuple):
    """Something that waits for this reader: how urgent, until when, what, where, and a word more."""

    tone: str
    due: Sentence
    title: Sentence
    href: str
    words: Sentence | None = None


class Figure(NamedTuple):
    """Where one thing stands: so many of so many, and the rows behind them."""

    label: Sentence
    value: int
    most: int
    href: str


@dataclass(frozen=True)
class Desk:
    """What one reader finds on coming in."""

    edition: Edition | None
    tasks: list[Task] = field(default_factory=list)
    news: list[Entry] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


def desk(*, seen_by: Actor, at: datetime) -> Desk:
    """The desk of whoever signed in."""
    open_first = Case(When(state="requests_open", then=Value(0)), default=Value(1))
    edition = Edition.objects.seen_by(seen_by).exclude(state="closed").order_by(open_first, "year").first()
    tasks: list[Task] = []
    figures: list[Figure] = []
    if edition and seen_by.may(Permission.MANAGE_MENU):
        _manager(edition, seen_by, at, tasks, figures)
    tasks += waiting(seen_by, at)
    if edition and seen_by.party and seen_by.may(Permission.REQUEST_PLACES):
        _contact(edition, seen_by, at, tasks, figures)
    if edition and seen_by.party and seen_by.may(Permission.OFFER_ACTIVITIES) and not seen_by.may(Permission.MANAGE_MENU):
        _provider(edition, seen_by, tasks)
    if edition and seen_by.may(Permission.SEE_EVERYTHING) and not seen_by.may(Permission.MANAGE_MENU):
        figures.append(_submitted(edition, seen_by))
    return Desk(edition, tasks, list(trail.entries(seen_by=seen_by)[:NEWS]), figures)


def waiting(actor: Actor, at: datetime) -> list[Task]:
    """What waits for a reader in every room, the most urgent first: one query."""
    mine = duties.of(actor)
    found = points.counted(mine, scope_of(actor, at))
    never = at + timedelta(days=10_000)
    told = sorted((point for point in mine if point.name in found), key=lambda point: found[point.name].first or never)
    return [_task(point, found[point.name], at) for point in told]


def behind(name: str, *, seen_by: Actor, at: datetime) -> tuple[Sentence, list[Row]]:
    """The rows behind one thing that waits on the desk, and what is counted.

    Raises:
        NotFound: nothing of that name waits for this reader.
    """
    point = points.named(name, duties.of(seen_by))
    if point is None:
        raise NotFound(what="task")
    rows = points.rows(point, scope_of(seen_by, at))
    return Sentence(point.title, {"count": len(rows)}), rows


def scope_of(actor: Actor, at: datetime) -> Scope:
    """Whose business is on a desk: the own party's, or for the staff everybody's."""
    return Scope(actor, at, None if actor.may(Permission.SEE_EVERYTHING) else actor.party)


def _task(point: Point, counted: Counted, at: datetime) -> Task:
    title, href = Sentence(point.title, {"count": counted.many}), f"/desk/{point.name}/"
    if counted.first is None:
        return Task("calm", Sentence(_("waiting")), title, href)
    away = counted.first - at
    if point.is_since:
        return Task("warn" if -away > SOON else "calm", _waited((-away).days), title, href)
    due = time_left(counted.first, at) if away > timedelta() else Sentence(_("overdue"))
    return Task(_urgency(away), due, title, href)


def _waited(days: int) -> Sentence:
    """How long something has waited."""
    few = {0: Sentence(_("for less than a day")), 1: Sentence(_("for a day"))}
    return few.get(days) or Sentence(_("for {count} days"), {"count": days})


def _urgency(left: timedelta) -> str:
    return "bad" if left < AT_ONCE else "warn" if left < SOON else "calm"


def _due(edition: Edition, at: datetime) -> tuple[str, Sentence]:
    """How urgent the deadline of requests is, and how it is said."""
    closes = edition.requests_close_at
    if closes is None:
        return "calm", Sentence(_("this year"))
    return _urgency(closes - at), time_left(closes, at)


def _contact(edition: Edition, actor: Actor, at: datetime, tasks: list[Task], figures: list[Figure]) -> None:
    """A delegation: drafts to submit while requests are open; lines to read and places to name once they are allotted."""
    year = edition.pk
    own = Request.objects.seen_by(actor).filter(party=actor.party).live().of_edition(year)
    told = own.aggregate(
        every=Count("pk"),
        drafts=Count("pk", filter=Q(state="draft")),
        linked=Count("pk", filter=Q(objective__isnull=False)),
    )
    if edition.takes_requests(at):
        tone, due = _due(edition, at)
        if told["drafts"]:
            title = Sentence(_("Submit the requests still in draft: {count}"), {"count": told["drafts"]})
            tasks.append(
                Task(tone, due, title, f"/requests/?year={year}&state=draft", Sentence(_("Only submitted requests are heard.")))
            )
        elif not told["every"]:
            tasks.append(
                Task(tone, due, Sentence(_("Ask for places in the menu of {year}"), {"year": str(year)}), f"/menu/{year}/")
            )
    elif lines := Line.objects.seen_by(actor).filter(round__edition=year, round__state="published", request__party=actor.party):
        got = lines.aggregate(
            every=Count("pk"), short=Count("pk", filter=~Q(outcome="granted")), first=Count("round", distinct=True)
        )
        round_pk = lines.values_list("round", flat=True)[:1][0]
        if got["short"]:
            title = Sentence(_("Read why {count} of your requests got less than they asked for"), {"count": got["short"]})
            tasks.append(Task("calm", Sentence(_("decided")), title, f"/rounds/{round_pk}/"))
        figures.append(
            Figure(Sentence(_("Requests granted in full")), got["every"] - got["short"], got["every"], f"/rounds/{round_pk}/")
        )
        figures.append(_seats(edition, actor))
    figures.append(
        Figure(Sentence(_("Requests submitted")), told["every"] - told["drafts"], told["every"], f"/requests/?year={year}")
    )
    figures.append(
        Figure(Sentence(_("Requests that serve an objective")), told["linked"], told["every"], f"/requests/?year={year}")
    )


def _seats(edition: Edition, actor: Actor) -> Figure:
    """How many seats of a delegation have somebody named for them."""
    of_it = {"party": actor.party, "activity__edition": edition}
    seats = Grant.objects.seen_by(actor).filter(**of_it).aggregate(n=Sum(F("funded") + F("self_paid"), default=0))["n"]
    named = Nomination.objects.seen_by(actor).filter(**of_it).live().count()
    return Figure(Sentence(_("Seats with somebody named")), min(named, seats), seats, f"/nominations/?year={edition.pk}")


def _manager(edition: Edition, actor: Actor, at: datetime, tasks: list[Task], figures: list[Figure]) -> None:
    """The menu manager: entries to decide, the next step of the year, rounds to order, look at and publish."""
    year = edition.pk
    entries = Activity.objects.seen_by(actor).filter(edition=edition)
    told = entries.aggregate(
        every=Count("pk"), offered=Count("pk", filter=Q(state="offered")), approved=Count("pk", filter=Q(state="approved"))
    )
    if told["offered"]:
        title = Sentence(_("Decide on the entries that were offered: {count}"), {"count": told["offered"]})
        tasks.append(Task("warn", Sentence(_("waiting")), title, f"/menu/{year}/manage/"))
    tasks += _rounds(edition, actor, at)
    figures.append(Figure(Sentence(_("Entries approved")), told["approved"], told["every"], f"/menu/{year}/"))
    figures.append(_submitted(edition, actor))


def _rounds(edition: Edition, actor: Actor, at: datetime) -> list[Task]:
    """What the rounds of an edition ask of whoever manages them."""
    year, tasks = edition.pk, []
    standing = list(Round.objects.seen_by(actor).filter(edition=edition, simulation=False).only("pk", "number", "state"))
    for drawn in standing:
        if drawn.state == "drawn_up":
            title = Sentence(_("Look at round {number} and publish it or set it aside"), {"number": drawn.number})
            tasks.append(Task("warn", Sentence(_("drawn up")), title, f"/rounds/{drawn.pk}/"))
        if drawn.state == "failed":
            title = Sentence(_("Round {number} failed"), {"number": drawn.number})
            tasks.append(Task("bad", Sentence(_("failed")), title, f"/rounds/{drawn.pk}/"))
    if any(drawn.state in ("published", "drawn_up", "ordered") for drawn in standing):
        return tasks
    if edition.takes_requests(at):
        _tone, due = _due(edition, at)
        title = Sentence(_("Requests for {year} are coming in; try a rule on them as a simulation"), {"year": str(year)})
        tasks.append(Task("calm", due, title, f"/rounds/?year={year}"))
    elif edition.requests_opened_at:
        title = Sentence(_("Order the round for {year}"), {"year": str(year)})
        tasks.append(Task("warn", Sentence(_("The deadline has passed.")), title, f"/rounds/?year={year}"))
    return tasks


def _provider(edition: Edition, actor: Actor, tasks: list[Task]) -> None:
    """A provider: own entries that were returned, and drafts not offered yet."""
    own = (
        Activity.objects.seen_by(actor)
        .filter(edition=edition)
        .filter(Q(provider_party=actor.party) | Q(contributed_by=actor.party))
    )
    told = own.aggregate(returned=Count("pk", filter=Q(state="returned")), drafts=Count("pk", filter=Q(state="draft")))
    href = f"/menu/{edition.pk}/contribute/"
    if told["returned"]:
        title = Sentence(_("Entries were returned to you: {count}"), {"count": told["returned"]})
        tasks.append(Task("warn", Sentence(_("returned")), title, href))
    if told["drafts"]:
        tasks.append(Task("calm", Sentence(_("draft")), Sentence(_("Offer your drafts: {count}"), {"count": told["drafts"]}), href))


def _submitted(edition: Edition, actor: Actor) -> Figure:
    """How many of the requests of an edition are submitted."""
    asked = Request.objects.seen_by(actor).live().of_edition(edition.pk)
    # Counted by the state, which an index of activities holds beside them: no row is read.
    told = asked.aggregate(every=Count("state"), submitted=Count("state", filter=Q(state="submitted")))
    return Figure(Sentence(_("Requests submitted")), told["submitted"], told["every"], f"/requests/?year={edition.pk}")
