"""Sentences that can be said in any language the house speaks.

Rules and acts build sentences from a message and its facts; only a face, which knows the reader, says them. The mark
`_` changes nothing: it tells the extractor of translations that a string is a message.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from babel.dates import format_date

from comity.kernel.dates import PartialDate

Translate = Callable[[str], str]


def _(message: str) -> str:
    """Mark a message for translation."""
    return message


@runtime_checkable
class Speakable(Protocol):
    """Anything that can be said: a sentence, a name in several languages, a partial date."""

    def said(self, translate: Translate, language: str) -> str:
        """The words of this thing in a language."""


@dataclass(frozen=True)
class Name:
    """A proper name in the two languages of the house; French falls back on English."""

    en: str
    fr: str = ""

    def said(self, translate: Translate, language: str) -> str:
        """The name in a language."""
        return (self.fr or self.en) if language == "fr" else self.en

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Word:
    """A word or a label that is itself a message: what something is called in the language of the reader."""

    text: str

    def said(self, translate: Translate, language: str) -> str:
        """The word in a language; a word nobody translated stays as it is."""
        return translate(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Sentence:
    """A message with placeholders and the facts that fill them; facts may be speakable themselves."""

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def said(self, translate: Translate, language: str) -> str:
        """The sentence in a language; a fact missing from the message is a fault of the caller."""
        return translate(self.message).format(**{k: spoken(v, translate, language) for k, v in self.facts.items()})

    def __str__(self) -> str:
        return self.said(str, "en")


def spoken(value: object, translate: Translate, language: str) -> object:
    """A fact ready for a sentence: speakable things and days are said, lists are joined, the rest stays as it is."""
    if isinstance(value, Speakable):
        return value.said(translate, language)
    if isinstance(value, PartialDate) or (isinstance(value, date) and not isinstance(value, datetime)):
        return day_in_words(value, language)
    if isinstance(value, list | tuple):
        return ", ".join(str(spoken(v, translate, language)) for v in value)
    return value


def day_in_words(on: PartialDate | date, language: str) -> str:
    """A date as precise as its source: `10 March 1992`, `March 1992`, `1992`; nothing where nothing is known."""
    known = PartialDate.of(on)
    if known.earliest is None or known.precision == "year":
        return known.text
    if known.precision == "month":
        return format_date(known.earliest, "LLLL y", locale=language)
    number = "1er" if language == "fr" and known.earliest.day == 1 else str(known.earliest.day)
    return f"{number} {format_date(known.earliest, 'MMMM y', locale=language)}"
