"""Pages of frameworks: the list with counts on a day, and the page of one with its roll."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.frameworks.models import Framework
from comity.frameworks.queries import listings, registers
from comity.frameworks.queries.events import events
from comity.frameworks.queries.listings import FrameworkLine, RollLine
from comity.frameworks.rules import drawing, labels
from comity.frameworks.rules.register import Register
from comity.frameworks.views import asking
from comity.kernel.faces import say
from comity.ui.pages import page
from comity.ui.visits import Visit


def frameworks(request: Visit) -> HttpResponse:
    """Every framework with how many count in it on a day."""
    day = asking.ask(request)
    held = registers.register(seen_by=request.actor, known_at=day.known_at)
    lines = listings.framework_lines(held, on=day.on, seen_by=request.actor)
    if sheet := asking.taken(request, f"frameworks-{day.on}", _columns(), map(_cells, lines)):
        return sheet
    standing = [line for line in lines if held.bodies[line.framework.code].stands(day.on)]
    codes = {line.framework.code for line in standing}
    gone = [line for line in lines if line.framework.code not in codes]
    return page(
        request, "frameworks/frameworks.html", "list", **asking.context(request, day), standing=standing, gone=gone, register=held
    )


def framework(request: Visit, code: str) -> HttpResponse:
    """One framework: its roll on a day, its count over time, what it follows and what follows it."""
    day = asking.ask(request)
    one = registers.framework(code, seen_by=request.actor)
    around = asking.context(request, day)
    held, roll = registers.roll(one.code, on=day.on, seen_by=request.actor, known_at=day.known_at)
    lines = listings.roll_lines(held, roll, seen_by=request.actor)
    if sheet := asking.taken(request, f"{one.code}-{day.on}", _roll_columns(), map(_roll_cells, lines)):
        return sheet
    line = drawing.line(held, one.code, on=day.on, today=around["today"])
    told = _told(one, held) | {
        "events": events(seen_by=request.actor, frameworks=[one.code]).prefetch_related(None),
        "roll": roll,
        "line": line,
    }
    return page(request, "frameworks/framework.html", "roll", **around, **told, lines=lines)


def _told(one: Framework, held: Register) -> dict[str, Any]:
    """What is told of a framework beside its roll."""
    return {
        "framework": one,
        "kind": _(labels.KINDS[one.kind]),
        "register": held,
        "sources": one.sources.all(),
        "successors": [body for body in held.bodies.values() if body.predecessor == one.code],
        "labels": labels.STANDINGS,
    }


def _columns() -> list[str]:
    return [_("Code"), _("Name"), _("Kind"), _("Founded"), _("Ended"), _("Parties"), _("Allies"), _("Partners"), _("Suspended")]


def _cells(line: FrameworkLine) -> list[object]:
    row, roll = line.framework, line.roll
    told = [row.code, say(row.name), _(line.kind), str(row.founded), str(row.ended)]
    return [*told, roll.count, roll.allies, roll.partners, " ".join(roll.suspended)]


def _roll_columns() -> list[str]:
    return [_("Code"), _("Name"), _("Standing"), _("State"), _("Since"), _("Precision"), _("Sources")]


def _roll_cells(line: RollLine) -> list[str]:
    row = line.seat.row
    return [row.party, say(line.name), _(line.label), line.seat.state, str(row.since), row.since.precision, "; ".join(row.sources)]
