"""Commands of the menu: sheets in and out, search, and the steps of an edition."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from comity.activities import queries
from comity.activities.acts import activities as acts
from comity.activities.acts import editions, imports
from comity.activities.models import DeliveryPart, Edition
from comity.activities.queries import feeds
from comity.activities.queries import menu as menus
from comity.activities.queries.imports import cells_of, compare
from comity.activities.rules import entries
from comity.exchange import batches, sheets
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.ui.terminal import Format, actor, answer

menu_group = typer.Typer(no_args_is_help=True, help="The menu: sheets in and out, search.")
editions_group = typer.Typer(no_args_is_help=True, help="Editions of the menu: plan, open, publish, close.")
groups = {"menu": menu_group, "editions": editions_group}

Year = Annotated[int, typer.Option("--edition", help="The year of the edition.")]
AsJson = Annotated[Format, typer.Option("--format")]


@menu_group.command("import")
def import_(
    context: typer.Context,
    file: Path,
    edition: Year,
    apply: Annotated[bool, typer.Option("--apply", help="Write what the preview shows.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve new entries at once.")] = False,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="YAML or JSON: their heading to ours.")] = None,
    format: AsJson = Format.TEXT,
) -> None:
    """Show what a sheet would change in an edition, and with --apply change it."""
    by, at = actor(context), datetime.now(UTC)
    found = queries.edition(edition, seen_by=by)
    table = _table(file, mapping)
    if apply:
        batch = imports.apply(imports.preview(found, table, at=at, by=by), approving=approve, at=at, by=by)
        rows = batches.differences(batch)
    else:
        rows = compare(found, table, seen_by=by)
    answer(_report(rows, apply), format, "rejected")


@menu_group.command("export")
def export(context: typer.Context, file: Path, edition: Year) -> None:
    """Write an edition, as the actor sees it, to a file: CSV, XLSX, iCalendar or JSON by its ending."""
    by = actor(context)
    found = queries.edition(edition, seen_by=by)
    rows = menus.rows(found, menus.Wanted(), menus.Reader(by, None, (), datetime.now(UTC).date()))
    if file.suffix == ".ics":
        parts = DeliveryPart.objects.filter(activity__in=rows.order_by().values("pk"))
        file.write_bytes(feeds.feed(found, rows, parts, address=settings.PUBLIC_ADDRESS))
    elif file.suffix == ".json":
        listed = [{"number": a.number, "state": a.state, **cells_of(a)} for a in rows]
        file.write_text(json.dumps(listed, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        columns = (entries.NUMBER, entries.STATE, *entries.BY_NAME)
        sheets.write(file, columns, ([a.number, a.state, *cells_of(a).values()] for a in rows.iterator(500)))


@menu_group.command("search")
def search(
    context: typer.Context,
    words: Annotated[str, typer.Argument()] = "",
    edition: Annotated[int | None, typer.Option("--edition")] = None,
    open_to: Annotated[str, typer.Option("--open-to", help="Code of a party.")] = "",
    limit: int = 50,
    format: AsJson = Format.TEXT,
) -> None:
    """Search an edition, the newest one unless told; with --open-to only what a party may come to."""
    by = actor(context)
    found = queries.edition(edition, seen_by=by) if edition else _newest(by)
    standing = queries.standing_of(open_to, seen_by=by) or menus.nobody(open_to)
    reader = menus.Reader(by, standing, queries.meanings(), datetime.now(UTC).date())
    listing = menus.understood(found, menus.Wanted(q=words, open_only=bool(open_to)), reader)
    rows = menus.rows(found, listing, reader)
    shown = [_short(line) for line in menus.lines(rows[:limit], reader, menus.Names())]
    answer({"edition": found.pk, "count": rows.count(), "activities": shown}, format, "activities")


@editions_group.command("list")
def list_(context: typer.Context, format: AsJson = Format.TEXT) -> None:
    """The editions and where they stand."""
    found = queries.editions(seen_by=actor(context))
    answer({"editions": [_edition(e) for e in found]}, format, "editions")


@editions_group.command("plan")
def plan(context: typer.Context, year: int, zone: str = "Europe/Brussels", format: AsJson = Format.TEXT) -> None:
    """Plan the edition of a year."""
    answer(_edition(editions.plan(year, zone=zone, at=datetime.now(UTC), by=actor(context))), format)


@editions_group.command("open-contributions")
def open_contributions(context: typer.Context, year: int, format: AsJson = Format.TEXT) -> None:
    """Call for contributions."""
    _take(editions.open_contributions, context, year, format)


@editions_group.command("approve-all")
def approve_all(context: typer.Context, year: int, shown: int, format: AsJson = Format.TEXT) -> None:
    """Approve everything offered, if it is as many as SHOWN."""
    by = actor(context)
    approved = acts.approve_all(queries.edition(year, seen_by=by), shown=shown, at=datetime.now(UTC), by=by)
    answer({"approved": approved}, format)


@editions_group.command("publish")
def publish(context: typer.Context, year: int, format: AsJson = Format.TEXT) -> None:
    """Publish what is approved."""
    _take(editions.publish, context, year, format)


@editions_group.command("open-requests")
def open_requests(context: typer.Context, year: int, closing_at: datetime, format: AsJson = Format.TEXT) -> None:
    """Open requests until a moment, read in the edition's zone."""
    by = actor(context)
    edition = queries.edition(year, seen_by=by)
    closing = closing_at.replace(tzinfo=edition.timezone)
    answer(_edition(editions.open_requests(edition, closing_at=closing, at=datetime.now(UTC), by=by)), format)


@editions_group.command("move-deadline")
def move_deadline(
    context: typer.Context, year: int, to: datetime, reason: Annotated[str, typer.Option()], format: AsJson = Format.TEXT
) -> None:
    """Move the deadline of requests to a moment, read in the edition's zone, and say why."""
    by = actor(context)
    edition = queries.edition(year, seen_by=by)
    moved = editions.move_deadline(edition, to=to.replace(tzinfo=edition.timezone), reason=reason, at=datetime.now(UTC), by=by)
    answer(_edition(moved), format)


@editions_group.command("close-requests")
def close_requests(context: typer.Context, year: int, format: AsJson = Format.TEXT) -> None:
    """Close requests once the deadline has come."""
    _take(editions.close_requests, context, year, format)


@editions_group.command("start")
def start(context: typer.Context, year: int, format: AsJson = Format.TEXT) -> None:
    """Begin the year."""
    _take(editions.start, context, year, format)


@editions_group.command("close")
def close(context: typer.Context, year: int, format: AsJson = Format.TEXT) -> None:
    """Close the year."""
    _take(editions.close, context, year, format)


def _take(act: Any, context: typer.Context, year: int, format: Format) -> None:
    """One step of an edition."""
    by = actor(context)
    answer(_edition(act(queries.edition(year, seen_by=by), at=datetime.now(UTC), by=by)), format)


def _table(file: Path, mapping: Path | None) -> sheets.Table:
    """A sheet of a file under our headings."""
    if not file.is_file():
        raise NotFound(what=f"file “{file}”")
    names = yaml.safe_load(mapping.read_text(encoding="utf-8")) if mapping else {}
    theirs = [*entries.NAMES, *names]
    return sheets.read(file.read_bytes(), file.name, expect=theirs).renamed(names)


def _report(rows: list[batches.Difference], applied: bool) -> dict[str, Any]:
    """What a program reads of an import: counts, rejected rows with their reasons, and what is worth knowing."""
    counts = batches.counts(rows)
    told = {
        kind: [
            {"row": r.line, "column": m.column, "value": m.value, "why": str(m.why), "mend": str(m.mend)}
            for r in rows
            for m in (r.faults if kind == "rejected" else r.notes)
        ]
        for kind in ("rejected", "cautions")
    }
    kept = {verdict: counts[verdict] for verdict in ("new", "changed", "unchanged")}
    return {"rows": len(rows), **kept, "rejected_rows": counts["rejected"], "applied": applied, **told}


def _newest(by: Actor) -> Edition:
    found = queries.editions(seen_by=by).first()
    if found is None:
        raise NotFound(what="edition")
    return found


def _short(line: menus.Line) -> dict[str, Any]:
    a = line.activity
    shown = {"number": a.number, "title": a.title, "area": a.area, "starts": str(a.starts), "ends": str(a.ends), "seats": a.seats}
    return shown | {"state": a.state, "findings": [str(f) for f in line.findings or []]}


def _edition(edition: Edition) -> dict[str, Any]:
    deadline = edition.requests_close_at
    return {
        "year": edition.pk,
        "title": edition.title,
        "state": edition.state,
        "zone": edition.zone,
        "requests_close_at": deadline.astimezone(edition.timezone).isoformat() if deadline else None,
    }
