"""Facts of a sentence that are said in the reader's language: days as precise as their source, and labels within a sentence."""

from dataclasses import dataclass
from datetime import date

from comity.kernel.dates import PartialDate
from comity.kernel.words import Translate, day_in_words


@dataclass(frozen=True)
class Day:
    """A date as words: `10 March 1992`, `March 1992`, `1992`; one that is not known as the words given for it."""

    on: PartialDate | date
    unknown: str = "?"

    def said(self, translate: Translate, language: str) -> str:
        """The date in a language."""
        return day_in_words(self.on, language) or self.unknown


@dataclass(frozen=True)
class Label:
    """A label as it stands within a sentence: it begins small."""

    message: str

    def said(self, translate: Translate, language: str) -> str:
        """The label in a language."""
        words = translate(self.message)
        return words[:1].lower() + words[1:]
