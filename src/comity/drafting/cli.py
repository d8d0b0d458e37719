"""Texts on the terminal: what they say clause by clause, their versions, and two versions compared word by word."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from comity.drafting import queries, rules
from comity.drafting.acts import texts, versions
from comity.drafting.models import Text, Version
from comity.drafting.queries import Progress
from comity.drafting.rules.words import ADDED, REMOVED, Piece
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.ui.terminal import Format, actor, answer

drafting_group = typer.Typer(no_args_is_help=True, help="Texts that two sides write, and their versions.")
groups = {"drafting": drafting_group}
Form = Annotated[Format, typer.Option("--format")]
Which = Annotated[int, typer.Argument(metavar="TEXT", help="The number of the text.")]
# What everybody is told of a version they may read, and what the two sides are told besides.
FOR_ALL = ("number", "sha256", "made_at", "released_at")
FOR_SIDES = (*FOR_ALL, "circulated_at", "unsettled", "note", "made_by")
# How words that went and words that came are marked, as other tools on a terminal mark them.
MARKS = {REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}


@drafting_group.command("list")
def list_(
    context: typer.Context, party: Annotated[str, typer.Option("--party", help="The code of the party.")] = "",
    state: Annotated[str, typer.Option("--state")] = "", format: Form = Format.TEXT,
) -> None:  # fmt: skip
    """The texts one may see, newest first, with whose turn it is and how far each is."""
    by = actor(context)
    asked = {name: value for name, value in (("party", party.upper()), ("state", state)) if value}
    found = list(queries.texts(seen_by=by).filter(**asked))
    far, newest = queries.progress(found, seen_by=by), queries.newest_versions(found, seen_by=by)
    rows = [_line(text, far.get(text.pk, Progress())) | {"version": newest.get(text.pk, 0)} for text in found]
    answer({"count": len(rows), "texts": rows}, format, rows="texts")


@drafting_group.command("show")
def show(context: typer.Context, text: Which, format: Form = Format.TEXT) -> None:
    """One text as it stands now, clause by clause, with the state of each side."""
    by = actor(context)
    found = queries.text(text, seen_by=by)
    entries = queries.outline(found, seen_by=by)
    answer(
        {**_line(found, sum((e.progress for e in entries), Progress())), "clauses": _clauses(found, entries, by)}, format, "clauses"
    )


@drafting_group.command("versions")
def versions_(context: typer.Context, text: Which, format: Form = Format.TEXT) -> None:
    """The versions of a text, newest first."""
    by = actor(context)
    found = queries.versions(queries.text(text, seen_by=by), seen_by=by).defer("content")
    answer({"text": text, "versions": [_told(version, FOR_SIDES) for version in found]}, format, rows="versions")


@drafting_group.command("read")
def read(
    context: typer.Context, version: Annotated[int, typer.Argument(metavar="VERSION", help="Its id.")], format: Form = Format.TEXT
) -> None:
    """What a version says, as far as it is for the reader."""
    by = actor(context)
    found = queries.version(version, seen_by=by)
    content = queries.visible(found.read, by, found)
    rows = [
        {"number": number, "chapter": chapter.title_en or chapter.title_fr, "marking": clause.marking, "words": clause.words}
        for _at, chapter, clauses in rules.numbered(content)
        for number, clause in clauses
    ]
    rows += [
        {"number": number, "chapter": annex.title_en or annex.title_fr, "marking": "restricted", "words": rules.row_in_words(cells)}
        for _letter, annex, lines in rules.lettered(content)
        for number, cells in lines
    ]
    answer({**_told(found, FOR_ALL), "clauses": rows}, format, rows="clauses")


@drafting_group.command("compare")
def compare(
    context: typer.Context,
    former: Annotated[int, typer.Argument(metavar="FORMER", help="The id of a version.")],
    latter: Annotated[int, typer.Argument(metavar="LATTER", help="The id of another version of the same text.")],
    all: Annotated[bool, typer.Option("--all", help="Clauses that stayed as they were, too.")] = False,
    format: Form = Format.TEXT,
) -> None:
    """Two versions of a text word by word: what went as [-words-], what came as {+words+}."""
    by = actor(context)
    one, other = (queries.version(pk, seen_by=by) for pk in (former, latter))
    if one.text_id != other.text_id:
        raise NotFound(what="version")
    told = rules.compare(*(queries.visible(version.read, by, version) for version in (one, other)))
    rows = [_compared(row) for row in told.rows if all or row.is_changed]
    answer(
        {"text": one.text_id, "former": one.number, "latter": other.number, **told.counts, "clauses": rows}, format, rows="clauses"
    )


@drafting_group.command("make-version")
def make_version(
    context: typer.Context, text: Which, note: Annotated[str, typer.Option("--note")] = "", format: Form = Format.TEXT
) -> None:
    """Keep a text as it stands as a numbered version."""
    by = actor(context)
    made = versions.make(queries.text(text, seen_by=by), note=note, by=by, at=datetime.now(UTC))
    answer(_told(made, FOR_SIDES), format)


@drafting_group.command("pass-turn")
def pass_turn(context: typer.Context, text: Which, format: Form = Format.TEXT) -> None:
    """Hand a text over to the other side."""
    by = actor(context)
    passed = texts.pass_turn(queries.text(text, seen_by=by), by=by, at=datetime.now(UTC))
    answer(_line(passed, queries.progress([passed], seen_by=by)[passed.pk]), format)


def _line(text: Text, far: Progress) -> dict[str, Any]:
    about = {"id": text.pk, "party": text.party_id, "title": say(text.title, "en"), "state": text.state, "turn": text.turn}
    return {**about, "total": far.total, "agreed": far.agreed, "reserved": far.reserved, "bracketed": far.bracketed}


def _clauses(text: Text, entries: Sequence[Any], by: Any) -> list[dict[str, Any]]:
    """The clauses of a text in their order, each with its number."""
    rows = defaultdict(list)
    for clause in queries.clauses_of(text, seen_by=by).order_by("order", "id"):
        rows[clause.chapter_id].append(clause)
    return [
        {
            "number": f"{entry.number}.{place}", "chapter": say(entry.chapter.title, "en"), "party": clause.party_state,
            "organisation": clause.organisation_state, "marking": clause.marking, "words": clause.body,
        }
        for entry in entries
        for place, clause in enumerate(rows[entry.chapter.pk], 1)
    ]  # fmt: skip


def _told(version: Version, names: Sequence[str]) -> dict[str, Any]:
    return {"id": version.pk, "text": version.text_id} | {name: getattr(version, name) for name in names}


def _compared(row: rules.Row) -> dict[str, str]:
    was, now = row.cells
    return {"was": was.number, "now": now.number, "kind": now.kind, "marking": now.marking, "words": _marked(now.pieces)}


def _marked(pieces: Sequence[Piece]) -> str:
    return "".join(MARKS.get(piece.kind, "{}").format(piece.text) for piece in pieces)
