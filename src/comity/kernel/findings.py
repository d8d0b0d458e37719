"""Findings: what stands in the way, found before the act. Pages list them; acts refuse on bars."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from comity.kernel.words import Sentence, Translate


@dataclass(frozen=True)
class Finding:
    """One thing that stands between somebody and an act, in words."""

    sentence: Sentence
    weight: ClassVar[str] = "caution"

    def said(self, translate: Translate, language: str) -> str:
        """The finding in a language."""
        return self.sentence.said(translate, language)

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True)
class Bar(Finding):
    """The act is refused; nobody can waive it."""

    weight: ClassVar[str] = "bar"


@dataclass(frozen=True)
class Waivable(Finding):
    """The act is refused unless somebody with the named permission waives it."""

    by: str = ""
    weight: ClassVar[str] = "waivable"


@dataclass(frozen=True)
class Caution(Finding):
    """The act goes through; whoever acts should know this."""

    weight: ClassVar[str] = "caution"


def barred(findings: Iterable[Finding]) -> bool:
    """Whether any finding bars the act outright."""
    return any(isinstance(f, Bar) for f in findings)
