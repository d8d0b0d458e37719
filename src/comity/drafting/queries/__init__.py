"""Reads of the room of drafting. Every one takes the reader; there is no other way to a row."""

from comity.drafting.queries.amendments import adoption, amendment, amendments, changes, reads
from comity.drafting.queries.annexes import annex, annexes
from comity.drafting.queries.clauses import (
    Progress,
    Standoff,
    Worked,
    as_worked,
    chapter,
    clause,
    clauses_of,
    comment,
    history,
    outline,
    place,
    progress,
    removed,
    standoff,
    worked,
)
from comity.drafting.queries.texts import beside, content_of, in_court, newest_versions, text, texts, unsettled
from comity.drafting.queries.versions import version, versions, visible

__all__ = [
    "Progress", "Standoff", "Worked", "adoption", "amendment", "amendments", "annex", "annexes", "as_worked", "beside", "changes",
    "chapter", "clause", "clauses_of", "comment", "content_of", "history", "in_court", "newest_versions", "outline", "place",
    "progress", "reads", "removed", "standoff", "text", "texts", "unsettled", "version", "versions", "visible", "worked",
]  # fmt: skip
