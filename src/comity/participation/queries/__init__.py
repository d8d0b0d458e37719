"""Reads of the room of participation. Every one takes the reader; there is no other way to a row."""

from comity.participation.queries.requests import (
    Basket,
    Weighed,
    asked_for,
    basket,
    demand,
    edition,
    editions,
    request,
    requests,
    weighed,
)
from comity.participation.queries.rounds import (
    Comparison,
    comparison,
    explanation,
    grants,
    lines,
    published,
    round_of,
    rounds,
    rule,
    rules,
    said,
)

__all__ = [
    "Basket", "Comparison", "Weighed", "asked_for", "basket", "comparison", "demand", "edition", "editions", "explanation", "grants",
    "lines", "published", "request", "requests", "round_of", "rounds", "rule", "rules", "said", "weighed",
]  # fmt: skip
