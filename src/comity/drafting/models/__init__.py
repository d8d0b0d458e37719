"""Texts with their chapters and clauses, what is said beside them, and versions with their amendments.

Versions and wordings stay as they are: triggers in `migrations/laws.sql`.
"""

from comity.drafting.models.annexes import Annex, AnnexQuerySet
from comity.drafting.models.clauses import (
    Alternative,
    Audience,
    Clause,
    ClauseQuerySet,
    ClauseState,
    Comment,
    CommentQuerySet,
    Draft,
    DraftQuerySet,
    Marking,
    Wording,
)
from comity.drafting.models.texts import Chapter, Side, Text, TextQuerySet, TextState
from comity.drafting.models.versions import (
    Amendment,
    AmendmentQuerySet,
    AmendmentState,
    Change,
    ChangeKind,
    Version,
    VersionQuerySet,
    seats_as_ally,
)

__all__ = [
    "Alternative", "Amendment", "AmendmentQuerySet", "AmendmentState", "Annex", "AnnexQuerySet", "Audience", "Change",
    "ChangeKind", "Chapter", "Clause", "ClauseQuerySet", "ClauseState", "Comment", "CommentQuerySet", "Draft", "DraftQuerySet",
    "Marking", "Side", "Text", "TextQuerySet", "TextState", "Version", "VersionQuerySet", "Wording", "seats_as_ally",
]  # fmt: skip
