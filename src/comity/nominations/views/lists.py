"""Pages that show: nominations, one activity with its seats and its reserve list, who read whom, and lists to take away."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods

from comity.accounts.rules import Permission
from comity.exchange import sheets
from comity.kernel.actors import Actor
from comity.kernel.faces import refused_into
from comity.nominations import forms, queries
from comity.nominations.acts import readings
from comity.nominations.models import ENDED, Nomination
from comity.nominations.queries import boards, fitness, reserve
from comity.nominations.queries.imports import SHEET
from comity.nominations.rules import CLEARANCES, GENDERS, RANKS, STATES, STEPS, TONES
from comity.nominations.rules.identities import COLUMNS, PARTS, Names
from comity.nominations.rules.reserve import KEYS
from comity.participation import queries as participation
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE, BOARD = 50, 25
# So many candidates and steps of the reserve list are shown of one activity.
MOST, STEPS_SHOWN = 500, 200
Row = dict[str, Any]


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The nominations a reader may see; for a delegation also how its seats are filled and what is next."""
    actor, now = request.actor, datetime.now(UTC)
    year = participation.edition(request.GET.get("year"), seen_by=actor)
    given = {"state": boards.LIVE, **request.GET.dict(), "year": str(year.pk)}
    own = actor.party if actor.may(Permission.NOMINATE_PEOPLE) and actor.party else ""
    counts, of_others = boards.counts(year, seen_by=actor)
    found = queries.nominations(seen_by=actor)
    if not of_others:  # told so, the database reads the party's rows alone and not those of the whole year
        found = found.filter(party=actor.party)
    # The keys of a page are found before anything is joined to them.
    keys = boards.chosen(found, given).order_by(*boards.ORDER).values("pk")
    pages = Paginator(keys, PAGE)
    if (many := boards.many(counts, given)) is not None:
        pages.count = many
    shown = pages.get_page(request.GET.get("page"))
    listed = list(boards.listed(shown.object_list, seen_by=actor))
    context = words(actor) | {"year": year, "shown": shown, "given": given, "counts": counts}
    fillings = boards.fillings(year, own, at=now, seen_by=actor) if own else []
    first = fillings if "seats" in request.GET else sorted(fillings, key=lambda f: not f.waits_for_us)[:BOARD]
    context |= {"rows": rows(listed, actor, now), "fillings": first if own else None, "many": len(fillings)}
    return page(request, "nominations/overview.html", "list", **context)


@signed_in
@require_GET
def activity(request: Visit, number: str) -> HttpResponse:
    """One activity: its seats, the candidates with their findings and what can be done, the reserve list and its policy."""
    actor, now = request.actor, datetime.now(UTC)
    policy = reserve.policy(seen_by=actor)
    board = boards.board(number, actor.party or "", policy=policy, at=now, seen_by=actor)
    shown = list(boards.candidates(board.activity, seen_by=actor)[:MOST])
    steps = [(step, boards.told(step.why)) for step in reserve.steps(board.activity, seen_by=actor)[:STEPS_SHOWN]]
    context: Row = {"activity": board.activity, "seats": board.seats, "filling": board.filling, "policy": policy, "steps": steps}
    context |= words(actor) | {"rows": rows(shown, actor, now, weigh=True), "keys": KEYS}
    return page(request, "nominations/activity.html", "list", **context)


@signed_in
@require_GET
def read(request: Visit) -> HttpResponse:
    """Who read the names of our people, when, where and why; and what we read ourselves."""
    found = queries.readings(seen_by=request.actor)
    if not request.GET.get("own"):
        found = found.exclude(party=request.actor.party or "", where="page")
    if request.GET.get("person"):
        found = found.filter(people__contains=[queries.person(request.GET["person"], seen_by=request.actor).pk])
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return page(request, "nominations/readings.html", "list", shown=shown, receipts=boards.receipts(seen_by=request.actor)[:20])


@signed_in
@require_http_methods(["GET", "POST"])
def export(request: Visit, form: str) -> HttpResponseBase:
    """The list as it stands, without names; with names once a reason is given, which is written down first."""
    if form not in sheets.FORMS:
        raise Http404
    actor = request.actor
    found = boards.chosen(queries.nominations(seen_by=actor), request.GET.dict()).order_by("pk")
    if request.method == "GET" and "names" not in request.GET:
        return sheets.respond(form, "nominations", HEADS, (_line(n) for n in found.slim().iterator(chunk_size=2000)))
    asked = forms.Reason(request.POST or None)
    if asked.is_bound and asked.is_valid():
        with refused_into(asked):
            told = readings.export(found, why=asked.cleaned_data["why"], by=actor, at=datetime.now(UTC))
            return sheets.respond(form, "nominations", [*SHEET, "state", "party"], _named(told))
    return page(request, "nominations/export.html", None, status=422 if asked.errors else 200, form=asked, many=found.count())


HEADS = ("activity", "title", "first_day", "party", "person", *COLUMNS, "choice", "team", "state")


def _line(n: Any) -> list[Any]:
    """A nomination as a row without names."""
    about = [n.activity__number, n.activity__title, n.activity__first_day, n.party, n.person__number]
    return [*about, *_columns(n), n.choice, n.team, n.state]


def _named(told: Iterator[tuple[Any, Names]]) -> Iterator[list[Any]]:
    """Nominations as rows of the sheet that can be handed in again, with the names the reader may open."""
    for n, names in told:
        sealed = [getattr(names, part) for part in PARTS]
        yield [n.activity__number, n.person__number, *sealed, *_columns(n), n.choice, n.team, n.state, n.party]


def _columns(n: Any) -> list[Any]:
    return [getattr(n, f"person__{column}") for column in COLUMNS]


def words(actor: Actor) -> Row:
    """The words every page about nominations uses, and what this reader may do."""
    may = {
        "nominate": bool(actor.party) and actor.may(Permission.NOMINATE_PEOPLE),
        "endorse": bool(actor.party) and actor.may(Permission.ENDORSE_NOMINATIONS),
        "run": bool(actor.party) and actor.may(Permission.RUN_ACTIVITIES),
        "waive": actor.may(Permission.WAIVE_FINDINGS),
    }
    told = {"states": STATES, "tones": TONES, "ranks": RANKS, "genders": GENDERS, "clearances": CLEARANCES, "steps_words": STEPS}
    return told | {"may": may, "ended": ENDED}


def rows(shown: Sequence[Nomination], actor: Actor, at: datetime, *, weigh: bool = False) -> list[Row]:
    """Nominations with the names this reader may open, what can be done with each, and their findings where wanted."""
    names = readings.names(shown, by=actor, at=at) if shown else {}
    live = [n for n in shown if n.state not in ENDED]
    found = {n.pk: fs for n, fs in fitness.weighed(live, at=at, seen_by=actor)} if weigh and live else {}
    return [
        {
            "n": n,
            "name": names[n.person_id].full if n.person_id in names else "",
            "own": n.party_id == actor.party,
            "theirs": n.activity.provider_party_id == actor.party and actor.may(Permission.RUN_ACTIVITIES),
            "findings": found.get(n.pk, []),
            "waived": getattr(n, "waived", ()),
        }
        for n in shown
    ]
