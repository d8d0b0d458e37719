"""The page of one's own feeds, and the calendar behind an address, which has no other key."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.activities.queries.feeds import host_of, left_out_words
from comity.calendars import queries, rules
from comity.calendars.acts import feeds
from comity.calendars.forms import NewFeed
from comity.calendars.models import Feed, FeedKind
from comity.exchange.calendars import MEDIA_TYPE, book
from comity.kernel.faces import refused_into, say
from comity.kernel.refusals import NotFound
from comity.ui.pages import page
from comity.ui.visits import Visit, is_on_loopback, signed_in

# So many events are shown on the page; the calendar has all of them.
MOST = 60


@require_safe
def calendar(request: Visit, words: str) -> HttpResponse:
    """What a calendar reads: for whoever knows the address, as long as its owner may see it (F6)."""
    now = datetime.now(UTC)
    feed, reader = queries.behind(words, at=now)
    if feed.owner.is_demonstration and not (settings.DEMONSTRATION and is_on_loopback(request)):
        raise NotFound(what="feed")
    address = _address(request)
    events, undated = feeds.read(feed, by=reader, at=now, address=address)
    with override(feed.language):
        told = book(_title(feed), events, host=host_of(address), language=feed.language, comment=left_out_words(undated))
    response = HttpResponse(told, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'inline; filename="comity-{feed.kind}.ics"'
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def overview(request: Visit) -> HttpResponse:
    """One's feeds and what stands in them; the address of a new one is shown on this page once and never again."""
    now = datetime.now(UTC)
    wanted = {"kind": FeedKind.PERSONAL, "language": (get_language() or "en")[:2]}
    form = NewFeed(request.POST or None, initial=wanted)
    made: dict[str, Any] = {}
    if form.is_valid():
        with refused_into(form):
            feed, words = feeds.make(**form.cleaned_data, by=request.actor, at=now)
            form, made = NewFeed(initial=wanted), _told(request, feed, words)
    mine = list(queries.feeds(seen_by=request.actor)[:MOST])
    context = _preview(request, mine, now) | {"form": form, "made": made, "feeds": mine, "kinds": rules.KINDS, "now": now}
    return page(request, "calendars/calendars.html", "calendars", status=422 if form.errors else 200, **context)


@require_POST
@signed_in
def end(request: Visit, pk: int) -> HttpResponse:
    """End a feed."""
    feeds.end(queries.feed(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("The feed is ended; its address leads nowhere from now on."))
    return redirect("calendars")


def _preview(request: Visit, mine: list[Feed], now: datetime) -> dict[str, Any]:
    """What calendars will read next in the feed of a kind, or would read in a new one: what is to come, what is cancelled."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in FeedKind.values else FeedKind.PERSONAL
    read = [feed for feed in mine if feed.kind == kind and feed.ended_at is None and feed.party_id == request.actor.party]
    events, undated = queries.preview(
        kind, read, seen_by=request.actor, language=(get_language() or "en")[:2], at=now, address=_address(request)
    )
    coming = [event for event in events if not event.is_cancelled and event.over_at >= now]
    return {
        "kind": kind,
        "coming": coming[:MOST],
        "count": len(coming),
        "cancelled": [event for event in events if event.is_cancelled][:MOST],
        "undated": left_out_words(undated) if undated else "",
    }


def _told(request: Visit, feed: Feed, words: str) -> dict[str, Any]:
    """The address of a new feed, as browsers and as calendars write it."""
    address = _address(request) + reverse("calendar", args=[words])
    return {"feed": feed, "address": address, "subscribe": "webcal://" + address.partition("://")[2]}


def _title(feed: Feed) -> str:
    """What a calendar is called in the list of somebody who reads several."""
    return f"{say(feed.party.name)}: {_(rules.KINDS[feed.kind])}"


def _address(request: Visit) -> str:
    return request.build_absolute_uri("/").rstrip("/")
