"""The API of the room of drafting: texts, clauses, versions and their comparison, and what a side says to a clause."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from comity.drafting import queries, rules
from comity.drafting.acts import clauses, comments
from comity.drafting.models import Clause, Text, Version
from comity.kernel.refusals import NotFound
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["drafting"])
Limit = Annotated[int, Query(ge=1, le=200)]
Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]


class TextOut(Schema):
    """One text and whose turn it is."""

    id: int
    party: str
    title_en: str
    title_fr: str
    language: str
    state: str
    turn: str
    turned_at: datetime
    opened_at: datetime


class ProgressOut(Schema):
    """How many clauses there are, and how they stand."""

    total: int
    agreed: int
    reserved: int
    bracketed: int
    waiting: int


class ChapterOut(Schema):
    """One chapter with how far it is."""

    key: str
    number: int
    title_en: str
    title_fr: str
    progress: ProgressOut


class TextWithChapters(TextOut):
    """A text with its table of contents."""

    chapters: list[ChapterOut]


class ClauseOut(Schema):
    """A clause as it stands, with the state of each side."""

    id: int
    key: str
    chapter: str
    body: str
    marking: str
    party_state: str
    organisation_state: str
    party_reason: str
    organisation_reason: str
    revision: int
    changed_at: datetime


class CommentOut(Schema):
    """Something said about a clause."""

    id: int
    answers: int | None
    side: str
    audience: str
    body: str
    written_at: datetime
    written_by: str
    settled_at: datetime | None


class VersionOut(Schema):
    """A numbered, frozen snapshot."""

    id: int
    text: int
    number: int
    sha256: str
    made_at: datetime
    released_at: datetime | None


class VersionWithContent(VersionOut):
    """A version with what of it the caller may read."""

    content: dict[str, Any]


class PieceOut(Schema):
    """Words that are the same, removed or added."""

    kind: Literal["same", "removed", "added"]
    text: str


class CellOut(Schema):
    """A clause in one of the versions."""

    number: str
    kind: str
    marking: str
    pieces: list[PieceOut]


class RowOut(Schema):
    """A clause across the versions."""

    key: str
    chapter: str
    cells: list[CellOut]


class ComparisonOut(Schema):
    """Two or three versions side by side."""

    counts: dict[str, int]
    rows: list[RowOut]


class WordsIn(Schema):
    """Words to put forward, and the revision they were written upon."""

    body: Annotated[str, Field(max_length=20_000)]
    base: Revision
    agrees: bool = True


class ReadIn(Schema):
    """The revision that was read."""

    revision: Revision


class CommentIn(Schema):
    """A comment, or an answer to one."""

    body: Annotated[str, Field(max_length=5_000)]
    audience: Literal["both", "own"] = "both"
    answers: int | None = None


@router.get("/texts", response=Page[TextOut])
def list_texts(request: Visit, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The texts the caller may see."""
    found, following = page_of(queries.texts(seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": [_text(t) for t in found], "next": following}


@router.get("/texts/{pk}", response=TextWithChapters)
def read_text(request: Visit, pk: int) -> dict[str, Any]:
    """One text with its table of contents."""
    text = queries.text(_fits(pk), seen_by=request.actor)
    entries = queries.outline(text, seen_by=request.actor)
    chapters = [
        {"key": e.chapter.key, "number": e.number, "title_en": e.chapter.title_en, "title_fr": e.chapter.title_fr,
         "progress": vars(e.progress)}
        for e in entries
    ]  # fmt: skip
    return _text(text) | {"chapters": chapters}


@router.get("/texts/{pk}/clauses", response=Page[ClauseOut])
def list_clauses(request: Visit, pk: int, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The clauses of a text as they stand now."""
    text = queries.text(_fits(pk), seen_by=request.actor)
    found, following = page_of(queries.clauses_of(text, seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": [_clause(c) for c in found], "next": following}


@router.get("/texts/{pk}/versions", response=Page[VersionOut])
def list_versions(request: Visit, pk: int, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The versions of a text."""
    text = queries.text(_fits(pk), seen_by=request.actor)
    found, following = page_of(queries.versions(text, seen_by=request.actor), cursor=cursor, limit=limit)
    return {"items": [_version(v) for v in found], "next": following}


@router.get("/versions/compare", response=ComparisonOut)
def compare(request: Visit, one: int, other: int, third: int | None = None) -> dict[str, Any]:
    """Two or three versions of one text, word by word, the later ones against the first."""
    found = [queries.version(_fits(pk), seen_by=request.actor) for pk in (one, other, third) if pk is not None]
    if len({v.text_id for v in found}) > 1:
        raise NotFound(what="version")
    told = rules.compare(*(queries.visible(v.read, request.actor, v) for v in found))
    rows = [{"key": r.key, "chapter": r.chapter, "cells": [vars(c) | {"pieces": _pieces(c)} for c in r.cells]} for r in told.rows]
    return {"counts": told.counts, "rows": rows}


@router.get("/versions/{pk}", response=VersionWithContent)
def read_version(request: Visit, pk: int) -> dict[str, Any]:
    """One version, cut for the caller."""
    version = queries.version(_fits(pk), seen_by=request.actor)
    return _version(version) | {"content": queries.visible(version.read, request.actor, version).told()}


@router.get("/clauses/{pk}/comments", response=list[CommentOut])
def list_comments(request: Visit, pk: int) -> list[dict[str, Any]]:
    """The comments on a clause that are for the caller."""
    worked = queries.as_worked(queries.clause(_fits(pk), seen_by=request.actor), seen_by=request.actor)
    return [_comment(c) for t in worked.threads for c in (t.head, *t.answers)]


@router.post("/clauses/{pk}/put-forward", response=ClauseOut)
def put_forward(request: Visit, pk: int, body: WordsIn) -> dict[str, Any]:
    """Put words forward; a conflict is refused, and the words are kept as the caller's draft."""
    clause = queries.clause(_fits(pk), seen_by=request.actor)
    clauses.put_forward(clause, body.body, base=body.base, agrees=body.agrees, by=request.actor, at=datetime.now(UTC))
    return _clause(queries.clause(pk, seen_by=request.actor))


@router.post("/clauses/{pk}/agree", response=ClauseOut)
def agree(request: Visit, pk: int, body: ReadIn) -> dict[str, Any]:
    """Agree to a clause as it was read."""
    clause = queries.clause(_fits(pk), seen_by=request.actor)
    clauses.agree(clause, revision=body.revision, by=request.actor, at=datetime.now(UTC))
    return _clause(queries.clause(pk, seen_by=request.actor))


@router.post("/clauses/{pk}/comments", response={201: CommentOut})
def comment(request: Visit, pk: int, body: CommentIn) -> Status[dict[str, Any]]:
    """Say something about a clause, or answer a comment."""
    clause = queries.clause(_fits(pk), seen_by=request.actor)
    head = queries.comment(_fits(body.answers), seen_by=request.actor) if body.answers is not None else None
    made = comments.write(clause, body.body, audience=body.audience, answers=head, by=request.actor, at=datetime.now(UTC))
    return Status(201, _comment(made))


def _text(text: Text) -> dict[str, Any]:
    own = ("id", "title_en", "title_fr", "language", "state", "turn", "turned_at", "opened_at")
    return {name: getattr(text, name) for name in own} | {"party": text.party_id}


def _clause(clause: Clause) -> dict[str, Any]:
    own = (
        "id", "key", "body", "marking", "party_state", "organisation_state", "party_reason", "organisation_reason", "revision",
        "changed_at",
    )  # fmt: skip
    return {name: getattr(clause, name) for name in own} | {"chapter": clause.chapter.key}


def _comment(comment: Any) -> dict[str, Any]:
    own = ("id", "side", "audience", "body", "written_at", "written_by", "settled_at")
    return {name: getattr(comment, name) for name in own} | {"answers": comment.answers_id}


def _version(version: Version) -> dict[str, Any]:
    return {name: getattr(version, name) for name in ("id", "number", "sha256", "made_at", "released_at")} | {
        "text": version.text_id
    }


def _pieces(cell: rules.Cell) -> list[dict[str, str]]:
    return [vars(piece) for piece in cell.pieces]


def _fits(pk: int) -> int:
    """A number that the column can hold; any other is nobody's."""
    if not 0 < pk < 2**63:
        raise NotFound(what="record")
    return pk
