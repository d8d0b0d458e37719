"""Pages for whoever reads the menu: the list and its calendar, the files it leaves as, one activity."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.activities import forms, queries
from comity.activities.acts.activities import ENTRY_WORDS, is_theirs
from comity.activities.acts.editions import STATE_WORDS
from comity.activities.models import Activity, DeliveryPart, Edition
from comity.activities.queries import calendars as months
from comity.activities.queries import feeds, imports
from comity.activities.queries import menu as menus
from comity.activities.rules import entries
from comity.exchange import calendars, sheets
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.kernel.words import Name
from comity.kernel.words import _ as mark
from comity.trail import queries as trail
from comity.ui.pages import page
from comity.ui.visits import Visit

MONTHS = (mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"), mark("July"), mark("August"),
          mark("September"), mark("October"), mark("November"), mark("December"))  # fmt: skip
COLUMNS = (entries.NUMBER, entries.STATE, *(c.name for c in entries.COLUMNS))


@require_GET
def now(request: Visit) -> HttpResponse:
    """The newest edition that the reader can see."""
    newest = queries.editions(seen_by=request.actor).first()
    if newest is not None:
        return redirect("menu", newest.pk)
    return page(request, "activities/none.html", may_plan=request.actor.may("MANAGE_MENU"), form=forms.Plan())


@require_GET
def menu(request: Visit, year: int) -> HttpResponse:
    """The menu of a year: searched, narrowed, sorted, as a list or as a calendar."""
    edition = queries.edition(year, seen_by=request.actor)
    reader = reader_of(request)
    wanted = forms.wanted(request.GET)
    is_calendar = request.GET.get("view") == "calendar"
    found = menus.listing(edition, wanted, reader, number=_whole(request.GET.get("page", "1")), with_rows=not is_calendar)
    context = frame(request, edition) | {"listing": found, "reader": reader, "facets": _facets(found), "month": None}
    context["beside"] = menus.beside([line.activity for line in found.lines], seen_by=request.actor)
    if is_calendar:
        first = _month(request.GET.get("at", ""), edition.year)
        context["month"] = months.month(menus.rows(edition, found.wanted, reader), first)
    return page(request, "activities/menu.html", "listing", **context)


@require_GET
def export(request: Visit, year: int, form: str) -> HttpResponseBase:
    """The rows of the list as a file, the same as on the screen, all pages of it."""
    if form not in ("csv", "xlsx", "ics"):
        raise Http404
    edition = queries.edition(year, seen_by=request.actor)
    reader = reader_of(request)
    wanted = menus.understood(edition, forms.wanted(request.GET), reader)
    found = menus.rows(edition, wanted, reader)
    if form == "ics":
        return _calendar(request, edition, found)
    return sheets.respond(form, f"menu-{year}", COLUMNS, as_rows(found.iterator(500)))


@require_GET
def feed(request: Visit, year: int) -> HttpResponse:
    """The released menu as a calendar anybody may subscribe to; nothing that is not public is in it, whoever asks."""
    edition = queries.edition(year, seen_by=request.actor)
    if not edition.is_on_offer:
        raise NotFound(what="edition")
    on_offer = Activity.objects.on_offer().filter(edition=edition).order_by("first_day", "number")
    since = datetime.now(UTC).date() - feeds.CANCELLED_STAYS
    gone = Activity.objects.taken_back().filter(edition=edition, last_day__gte=since).order_by("first_day", "number")
    return _calendar(request, edition, [*on_offer, *gone])


@require_GET
def activity(request: Visit, year: int, number: str) -> HttpResponse:
    """One activity: what stands in the way of the reader's party, parts, provenance, history."""
    found = queries.activity(number, seen_by=request.actor, year=year)
    reader = reader_of(request)
    names = _names(found, reader)
    context = frame(request, found.edition) | {
        "activity": found,
        "line": menus.lines([found], reader, names)[0],
        "parts": list(found.parts.all()),
        "names": names,
        "beside": menus.beside([found], seen_by=request.actor),
        "open_to": _open_to(found, reader, names),
        "may_ask": request.actor.may("REQUEST_PLACES") and found.edition.state == "requests_open" and found.state == "approved",
        "history": list(trail.of(found, seen_by=request.actor)[:20]),
        "entry_state": _(ENTRY_WORDS[found.state]),
        "lacking": [_(label) for label in entries.lacking(vars(found))],
        "theirs": is_theirs(found, request.actor),
    }
    return page(request, "activities/activity.html", "activity", **context)


def _names(found: Activity, reader: menus.Reader) -> menus.Names:
    """The names of every party and area that one activity speaks of."""
    codes = (found.provider_country_id, found.provider_party_id, found.contributed_by_id, found.place_country_id)
    lists = (found.open_to_parties, found.closed_to_parties, found.participating)
    named = {code for code in codes if code} | {code for some in lists for code in some}
    return menus.labels(
        parties=named | ({reader.standing.party} if reader.standing else set()), areas=[found.area_key], frameworks=found.open_to
    )


def _open_to(found: Activity, reader: menus.Reader, names: menus.Names) -> list[Name]:
    """What the terms of entry are called: groups as they were meant on the day it begins, frameworks by their names."""
    groups = reader.groups or (queries.meanings() if found.open_to else ())
    named = names.frameworks | {group.token: group.name for group in groups if group.holds(found.first_day or reader.on)}
    return [named.get(token, Name(token)) for token in found.open_to]


def reader_of(request: Visit, today: date | None = None) -> menus.Reader:
    """For whom a page is made: the party of the reader, or the one the address names for those who see everything."""
    named = request.GET.get("open", "")
    party = named if named.isalpha() and len(named) == 3 and request.actor.may("SEE_EVERYTHING") else request.actor.party
    stamp = trail.stamp()
    standing, groups = queries.entering(party, seen_by=request.actor, stamp=stamp)
    today = today or datetime.now(UTC).astimezone(request.actor.timezone).date()
    return menus.Reader(request.actor, standing, groups, today, stamp)


def frame(request: Visit, edition: Edition) -> dict[str, Any]:
    """What every page of an edition shows."""
    actor = request.actor
    return {
        "edition": edition,
        "edition_state": _(STATE_WORDS[edition.state]),
        "may_manage": actor.may("MANAGE_MENU"),
        "may_offer": actor.may("OFFER_ACTIVITIES") and edition.takes_contributions(),
        "entry_words": {state: _(words) for state, words in ENTRY_WORDS.items()},
        "kind_words": {kind: _(kind) for kind in entries.KINDS},
    }


def as_rows(found: Any) -> Iterator[list[Any]]:
    """Entries as rows of a sheet."""
    for activity in found:
        cells = imports.cells_of(activity)
        yield [activity.number, activity.state, *cells.values()]


def _calendar(request: Visit, edition: Edition, found: Iterable[Activity]) -> HttpResponse:
    shown = list(found)
    parts = DeliveryPart.objects.filter(activity__in=[activity.pk for activity in shown])
    address = request.build_absolute_uri("/").rstrip("/")
    response = HttpResponse(feeds.feed(edition, shown, parts, address=address), content_type=calendars.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="menu-{edition.pk}.ics"'
    return response


def _facets(found: menus.Listing) -> list[tuple[str, str, list[tuple[str, str, int]], tuple[str, ...]]]:
    """The groups of the left column: heading, parameter, options with counts, what is chosen."""
    headings = {"area": _("Area"), "kind": _("Kind"), "month": _("Month"), "place": _("Place"), "provider": _("Provider"),
                "language": _("Language"), "state": _("State")}  # fmt: skip
    groups = []
    for name, heading in headings.items():
        options = found.options(name)
        if name == "month":
            options = sorted(options, key=lambda pair: int(pair[0] or 13))
        if name != "state" or len(options) > 1 or found.wanted.chosen.get("state"):
            shown = [(value, _label(name, value, found), count) for value, count in options]
            groups.append((heading, name, shown, found.wanted.chosen.get(name, ())))
    return groups


def _label(facet: str, value: str, found: menus.Listing) -> str:
    """The words for a value of a facet."""
    if not value:
        return _("not stated")
    if facet == "month":
        return _(MONTHS[int(value) - 1]) if 1 <= int(value) <= 12 else value
    if facet in ("kind", "state"):
        return _(ENTRY_WORDS.get(value, value))
    known = {"area": found.names.areas, "place": found.names.parties}.get(facet, {})
    return say(known[value]) if value in known else value


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 1


def _month(given: str, year: int) -> date:
    """The month of an address, else January of the year."""
    return (forms.day(f"{given}-01") or date(year, 1, 1)).replace(day=1)
