"""Pages of parties: the map with the list, and the page of one."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.accounts.rules import Permission
from comity.frameworks.forms import Accession, Admission, Hold
from comity.frameworks.queries import listings, registers
from comity.frameworks.queries.listings import PartyLine
from comity.frameworks.rules import drawing, labels
from comity.frameworks.rules.register import Register
from comity.frameworks.views import asking
from comity.kernel.faces import say
from comity.parties import queries
from comity.parties.models import Party
from comity.ui.pages import page
from comity.ui.visits import Visit

BEGINNING = date(1949, 1, 1)
ON_A_PAGE = 60


def parties(request: Visit) -> HttpResponse:
    """Every party on a day: the map, and the list beside it."""
    day = asking.ask(request)
    held = registers.register(seen_by=request.actor, known_at=day.known_at)
    everybody = listings.party_lines(held, on=day.on, seen_by=request.actor)
    given = request.GET
    chosen = {"frameworks": given.getlist("framework"), "kinds": given.getlist("kind")}
    lines = listings.narrowed(everybody, words=given.get("q", ""), sort=given.get("sort", ""), **chosen)
    if sheet := asking.taken(request, f"parties-{day.on}", _columns(), map(_cells, lines)):
        return sheet
    return page(
        request,
        "frameworks/parties.html",
        "register",
        **asking.context(request, day) | _map(held),
        lines=Paginator(lines, ON_A_PAGE).get_page(given.get("page")),
        choices=_facets(held, everybody, day.on),
        chosen=chosen,
        beginning=BEGINNING,
    )


def party(request: Visit, code: str) -> HttpResponse:
    """One party: its names, its standing over time, what is on hold, what happened."""
    day = asking.ask(request)
    one = queries.party(code, seen_by=request.actor)
    around = asking.context(request, day)
    lines = listings.history(one, on=day.on, today=around["today"], seen_by=request.actor, known_at=day.known_at)
    if sheet := asking.taken(request, f"{one.code}-memberships", _row_columns(), map(_row_cells, lines)):
        return sheet
    keeps = request.actor.may(Permission.KEEP_REGISTER)
    return page(
        request,
        "frameworks/party.html",
        "history",
        **around,
        **told(one, request),
        lines=lines,
        **(forms_of(lines) if keeps else {"keeps": False}),
    )


def forms_of(lines: list[listings.MembershipLine]) -> dict[str, Any]:
    """The small forms of somebody who keeps the register."""
    running = [line.row for line in lines if line.counts]
    return {"keeps": True, "admission": Admission(), "accession": Accession(), "hold": Hold(memberships=running)}


def told(one: Party, request: Visit) -> dict[str, Any]:
    """What is told of a party beside its memberships."""
    facts = listings.facts_of(one, seen_by=request.actor)
    return {"party": one, "kind": _(labels.PARTY_KINDS[one.kind]), "facts": facts, "scopes": labels.SCOPES}


def _map(held: Register) -> dict[str, Any]:
    """What the map needs: layers with their labels, spans of every party, names."""
    drawn = drawing.layers(held)
    words = {layer.key: _(layer.label) if isinstance(layer.label, str) else say(layer.label) for layer in drawn}
    spans = drawing.spans(held)
    return {
        "layers": list(words.items()),
        "spans": {code: [(first, stop, key, words[key]) for first, stop, key, _key in found] for code, found in spans.items()},
        "names": {code: say(name) for code, name in held.parties.items()},
    }


def _facets(held: Register, lines: list[PartyLine], on: date) -> dict[str, list[tuple[str, str, int]]]:
    kinds = {kind: sum(line.party.kind == kind for line in lines) for kind in labels.PARTY_KINDS}
    rolls = [(body.code, say(body.name), held.roll(body.code, on).count) for body in held.bodies.values()]
    return {
        "framework": [roll for roll in rolls if roll[2]],
        "kind": [(kind, _(labels.PARTY_KINDS[kind]), count) for kind, count in kinds.items() if count],
    }


def _columns() -> list[str]:
    return [_("Code"), _("Name"), _("Kind"), _("Frameworks"), _("Suspended")]


def _cells(line: PartyLine) -> list[str]:
    codes = " ".join(stand.framework for stand in line.stands)
    held = " ".join(stand.framework for stand in line.stands if stand.state == "suspended")
    return [line.party.code, say(line.name), _(line.kind), codes, held]


def _row_columns() -> list[str]:
    return [_("Framework"), _("Standing"), _("Since"), _("Until"), _("Suspended since"), _("Note"), _("Sources"), _("Known since")]


def _row_cells(line: listings.MembershipLine) -> list[str]:
    held = "; ".join(str(hold.since) for hold in line.suspensions)
    sources = "; ".join(source.address or source.title for source in line.sources)
    row = line.row
    return [row.framework_id, _(line.label), str(row.since), str(row.until), held, row.note, sources, row.known.lower.isoformat()]
