"""The pure part of drafting: contents, numbers, the canonical form, comparing and merging word by word, and what amendments do."""

from comity.drafting.rules.amendments import Adoption, ChangeText, Clash, amended, onto
from comity.drafting.rules.comparing import Cell, Comparison, Row, compare
from comity.drafting.rules.contents import (
    LETTERS,
    AnnexText,
    ChapterText,
    ClauseText,
    Content,
    annexes_as_chapters,
    canonical,
    digest_of,
    lettered,
    normal,
    numbered,
    numbers_of,
    row_in_words,
    seen,
)
from comity.drafting.rules.merging import Conflict, Merged, merge
from comity.drafting.rules.sides import ORGANISATION, PARTY, other_side, side_of, writes_for
from comity.drafting.rules.words import Piece, words

__all__ = [
    "LETTERS", "ORGANISATION", "PARTY", "Adoption", "AnnexText", "Cell", "ChangeText", "ChapterText", "Clash", "ClauseText",
    "Comparison", "Conflict", "Content", "Merged", "Piece", "Row", "amended", "annexes_as_chapters", "canonical", "compare",
    "digest_of", "lettered", "merge", "normal", "numbered", "numbers_of", "onto", "other_side", "row_in_words", "seen", "side_of",
    "words", "writes_for",
]  # fmt: skip
