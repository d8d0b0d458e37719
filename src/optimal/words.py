"""Sentences with their facts left open, so that whoever shows them can translate. ``_`` marks them for the translators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


def _(message: str) -> str:
    return message


class Saying(NamedTuple):
    """A sentence and its facts; whoever shows it translates the first and fills in the second."""

    message: str
    facts: Mapping[str, str | int]


def render(saying: Saying) -> str:
    """The sentence in English."""
    return saying.message.format(**saying.facts)


def render_all(sayings: tuple[Saying, ...]) -> str:
    """Sentences in English, one after another."""
    return " ".join(map(render, sayings))
