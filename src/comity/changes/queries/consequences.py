"""The full list of what a deed touches, in every room: one list, in one order, in a number of queries that never grows.

It is worked out by the house, whoever asks: what a reader may know of it is decided by `Consequence.seen_by`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.agreements.models import Circulation, Outcome
from comity.changes.models import Change, Deed
from comity.changes.queries.aims import aims
from comity.changes.queries.clashes import clashes
from comity.changes.queries.reach import Reach, reach
from comity.changes.rules import CHANGED, LOST, NOTED, Consequence, sorted_out
from comity.frameworks.rules.labels import SCOPES
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, Word, _
from comity.nominations.models import TOLD, NominationState
from comity.nominations.queries.reserve import policy
from comity.participation.models import RequestState, Round, RoundState

THE_HOUSE = Actor(login="system", name="Comity", permissions=frozenset({Permission.SEE_EVERYTHING, Permission.SEE_ROUNDS}))
WAITS = (NominationState.RESERVE, NominationState.OFFERED)
STANDS: dict[str, str] = {
    "collected": _("collected"),
    "endorsed": _("endorsed"),
    "put_forward": _("put forward"),
    "accepted": _("accepted"),
    "reserve": _("on the reserve list"),
    "offered": _("offered a seat"),
}


def touched(change: Change, *, on: date, seen_by: Actor = THE_HOUSE) -> tuple[Consequence, ...]:
    """Everything a deed touches on a day, sorted."""
    return of_reach(reach(change, on=on, seen_by=seen_by), on=on, seen_by=seen_by)


def of_reach(found: Reach, *, on: date, seen_by: Actor = THE_HOUSE) -> tuple[Consequence, ...]:
    """The consequences of a reach that was read."""
    rows = [_subject(found), *_requests(found), *_grants(found), *_money(found), *_nominees(found), *_calendars(found)]
    rows += aims(found, seen_by=seen_by)
    if found.change.deed == Deed.MOVE:
        rows += [*clashes(found, seen_by=seen_by), *_release(found, on, seen_by)]
    if found.change.deed == Deed.SUSPEND:
        rows += _circulations(found.change, seen_by)
    return sorted_out([*rows, *_rounds(found, seen_by)])


def at(activity: Activity, change: Change, what: Sentence) -> Sentence:
    """What is said of an activity; where a deed reaches several, its title comes first."""
    if change.deed != Deed.SUSPEND:
        return what
    return Sentence(_("“{title}” · {what}"), {"title": activity.title, "what": what})


def page_of(activity: Activity) -> str:
    """The page of an activity."""
    return f"/menu/{activity.edition_id}/{activity.number}/"


def _subject(found: Reach) -> Consequence:
    """What is changed itself; its present state is part of the list, so that two changes of one thing see each other."""
    change, told = found.change, found.change.values
    if change.deed == Deed.SUSPEND:
        assert change.party is not None
        assert change.framework is not None
        scope = [Word(SCOPES[part]) for part in sorted(told["scope"])]
        says = Sentence(
            _("{party} is suspended in {framework} from {on}: {scope}."),
            {"party": change.party.name, "framework": change.framework.name, "on": date.fromisoformat(told["on"]), "scope": scope},
        )
        key, facts = f"{change.party_id} {change.framework_id}", {"before": "", "after": told["on"]}
        return Consequence("subject", str(change.party_id), key, says, f"/parties/{change.party_id}/", amount=1, **facts)
    [activity] = found.activities
    title = {"title": activity.title}
    before = f"{activity.state} {activity.starts}/{activity.ends} {activity.seats}/{activity.minimum}"
    if change.deed == Deed.MOVE:
        former, latter = (activity.first_day, activity.last_day), (found.days.first, found.days.last)
        says = Sentence(
            _("“{title}” moves from {former} – {former_end} to {latter} – {latter_end}."),
            title | {"former": former[0] or "–", "former_end": former[1] or "–", "latter": latter[0], "latter_end": latter[1]},
        )
        after, weight = f"{told['starts']}/{told['ends']}", CHANGED
    elif change.deed == Deed.SHRINK:
        says = Sentence(
            _("“{title}” offers {seats} seats instead of {before}."),
            title | {"seats": told["seats"], "before": "–" if activity.seats is None else activity.seats},
        )
        after, weight = str(told["seats"]), CHANGED
    else:
        says, after, weight = Sentence(_("“{title}” is called off."), title), "retired", LOST
    return Consequence("subject", "", activity.number, says, page_of(activity), before, after, 1, weight, hosts=True)


def _requests(found: Reach) -> Iterator[Consequence]:
    for request in found.requests:
        facts = {"places": request.places or 0, "seats": found.change.values.get("seats", 0)}
        word = Sentence(
            _("Draft of a request (places: {places})") if request.state == RequestState.DRAFT else _("Request (places: {places})"),
            facts,
        )
        if found.takes_all:
            says, after, weight = Sentence(_("{what}: withdrawn"), {"what": word}), "withdrawn", LOST
        elif found.change.deed == Deed.MOVE:
            says, after, weight = Sentence(_("{what}: now for other days"), {"what": word}), request.state, CHANGED
        elif (request.places or 0) > int(facts["seats"]):
            says, after, weight = (
                Sentence(_("{what}: more than the seats there are ({seats})"), facts | {"what": word}),
                request.state,
                CHANGED,
            )
        else:
            continue
        activity = request.activity
        key = f"{activity.number} {request.pk}"
        yield Consequence(
            "request", request.party_id, key, at(activity, found.change, says), f"/requests/{request.pk}/",
            f"{request.state} {request.places or 0} {request.priority or 0}", after, request.places or 0, weight,
        )  # fmt: skip


def _grants(found: Reach) -> Iterator[Consequence]:
    """Places by party and activity: how many are held, how many are left."""
    lost, by_key = found.lost, {a.pk: a for a in found.activities}
    pages = {(g.activity_id, g.party_id): f"/requests/{g.request_id}/" for g in found.grants}
    for (where, party), places in found.held.items():
        activity, gone = by_key[where], lost[where, party]
        if gone:
            says = Sentence(_("Places taken back: {lost} of {places}"), {"lost": gone, "places": places})
        elif found.change.deed == Deed.MOVE:
            says = Sentence(_("Places that are now for other days: {places}"), {"places": places})
        else:
            continue
        weight = LOST if gone else CHANGED
        yield Consequence(
            "grant", party, activity.number, at(activity, found.change, says), pages[where, party],
            str(places), str(places - gone), gone or places, weight,
        )  # fmt: skip


def _money(found: Reach) -> Iterator[Consequence]:
    """What goes back to each pool: funded places lost, at the cost of a place."""
    euros: Counter[tuple[int, str]] = Counter()
    places: Counter[tuple[int, str]] = Counter()
    for loss in found.losses:
        activity = loss.grant.activity
        if loss.funded and activity.pool and activity.place_cost:
            euros[activity.edition_id, activity.pool] += loss.funded * activity.place_cost
            places[activity.edition_id, activity.pool] += loss.funded
    for (year, pool), amount in euros.items():
        facts = {"places": places[year, pool], "euros": amount, "pool": pool, "year": str(year)}
        says = Sentence(_("{euros} euros go back to the pool {pool} of {year} (funded places: {places})"), facts)
        yield Consequence("money", "", f"{year} {pool}", says, "/rounds/limits/", "", "", amount, CHANGED)


def _nominees(found: Reach) -> Iterator[Consequence]:
    """People on their way to a seat, counted by party and state; never a name."""
    fallen, by_key = found.fallen, {a.pk: a for a in found.activities}
    counted: Counter[tuple[int, str, str]] = Counter()
    gone: Counter[tuple[int, str, str]] = Counter()
    for n in found.nominations:
        counted[n.activity_id, n.party_id, n.state] += 1
        gone[n.activity_id, n.party_id, n.state] += n.pk in fallen
    for (where, party, state), people in counted.items():
        activity, lost = by_key[where], gone[where, party, state]
        facts = {"people": people, "lost": lost, "state": Word(STANDS[state])}
        if lost:
            says = Sentence(_("People who lose their way to a seat ({state}): {lost} of {people}"), facts)
        elif found.change.deed == Deed.MOVE:
            says = Sentence(_("People who have to come on other days ({state}): {people}"), facts)
        else:
            continue
        yield Consequence(
            "reserve" if state in WAITS else "nominee", party, f"{activity.number} {state}", at(activity, found.change, says),
            f"/nominations/?activity={activity.number}", str(people), str(people - lost), lost or people,
            LOST if lost else CHANGED, hosts=state in TOLD,
        )  # fmt: skip


def _calendars(found: Reach) -> Iterator[Consequence]:
    """How many parties see it in their calendars."""
    if found.change.deed == Deed.SHRINK:
        return
    parties: dict[int, set[str]] = defaultdict(set)
    for grant in found.grants:
        parties[grant.activity_id].add(grant.party_id)
    for activity in found.activities:
        if shown := parties[activity.pk]:
            moved = found.change.deed == Deed.MOVE
            words = (
                _("Parties whose calendars move it: {parties}") if moved else _("Parties whose calendars strike it out: {parties}")
            )
            says = at(activity, found.change, Sentence(words, {"parties": len(shown)}))
            party = found.change.party_id or ""
            yield Consequence(
                "calendar", party, activity.number, says, page_of(activity), "", "", len(shown), CHANGED if moved else LOST
            )


def _release(found: Reach, on: date, seen_by: Actor) -> Iterator[Consequence]:
    """The day on which unfilled seats are released to the reserve list, under the policy in force."""
    [activity] = found.activities
    former, latter, chosen = activity.first_day, found.days.first, policy(seen_by=seen_by)
    if not (found.grants and chosen and former and latter) or former == latter:
        return
    span = timedelta(days=chosen.release_days)
    facts = {"former": former - span, "latter": latter - span}
    passed = latter - span <= on
    words = _("The release day would have been {latter}: unfilled seats go to the reserve list at once")
    says = Sentence(words if passed else _("Unfilled seats are released on {latter} instead of {former}"), facts)
    before, after = (former - span).isoformat(), (latter - span).isoformat()
    yield Consequence(
        "release", "", activity.number, says, page_of(activity), before, after, 1, CHANGED if passed else NOTED, hosts=True
    )


def _circulations(change: Change, seen_by: Actor) -> Iterator[Consequence]:
    """Texts of the party under silence: time stands still for them."""
    rows = Circulation.objects.seen_by(seen_by).filter(agreement__party=change.party_id, outcome=Outcome.OPEN, halted_at=None)
    for running in rows.select_related("agreement__text").order_by("pk"):
        if running.deadline.date() < date.fromisoformat(change.values["on"]):
            continue
        text = running.agreement.text
        facts = {"title": text.title}
        says = Sentence(_("Time stands still for “{title}”: silence does not expire while the suspension lasts"), facts)
        href = f"/agreements/{running.agreement_id}/"
        yield Consequence("agreement", str(change.party_id), str(running.pk), says, href, "open", "halted", 1, CHANGED)


def _rounds(found: Reach, seen_by: Actor) -> Iterator[Consequence]:
    """Rounds drawn up from what was and not published: nothing is promised by them any more."""
    asked = [r.pk for r in found.requests]
    rows = Round.objects.seen_by(seen_by).filter(state=RoundState.DRAWN_UP, simulation=False, lines__request__in=asked)
    for round in rows.distinct().order_by("pk"):
        facts = {"number": round.number, "year": str(round.edition_id)}
        says = Sentence(_("Round {number} of {year} rests on what is changed: it is set aside and has to be drawn up anew"), facts)
        yield Consequence("round", "", str(round.pk), says, f"/rounds/{round.pk}/", "drawn_up", "set_aside", 1, CHANGED)
