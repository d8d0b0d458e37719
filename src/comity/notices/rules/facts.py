"""Sentences kept with their facts, to be said later in the language and the zone of whoever reads them.

Numbers, texts and truths are themselves in JSON; names, words, days, partial dates, moments and sentences are kept under
a mark that says what they are. Whatever else a fact is, nobody could say it again: that is a fault of the teller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time, get_timezone_location

from comity.kernel.dates import PartialDate
from comity.kernel.findings import Finding
from comity.kernel.refusals import Refusal
from comity.kernel.words import Name, Sentence, Translate, Word, day_in_words


class CannotBeKept(TypeError):
    """A fact that could not be said again later."""


@dataclass(frozen=True)
class Moment:
    """A moment in the zone of whoever reads it: `22 November 2026, 18:00 (Brussels)`."""

    at: datetime
    zone: str

    def said(self, translate: Translate, language: str) -> str:
        """The moment in a language; it always says its zone."""
        local = self.at.astimezone(ZoneInfo(self.zone))
        city = "/" in self.zone and not self.zone.startswith("Etc/")
        place = get_timezone_location(self.zone, locale=language, return_city=True) if city else self.zone.removeprefix("Etc/")
        return f"{day_in_words(local.date(), language)}, {format_time(local, 'HH:mm', locale=language)} ({place})"


def kept(fact: object) -> Any:
    """A fact as JSON keeps it.

    Raises:
        CannotBeKept: it is none that could be said again.
    """
    match fact:
        case Enum():
            return kept(fact.value)
        case None | bool() | int() | float() | str():
            return fact
        case Decimal():
            return str(fact)
        case datetime():
            if fact.tzinfo is None:
                raise CannotBeKept("a moment without a zone")
            return {"moment": fact.isoformat()}
        case date():
            return {"day": fact.isoformat()}
        case PartialDate():
            return {"date": fact.text}
        case Moment():
            return {"moment": fact.at.isoformat()}
        case Name():
            return {"name": [fact.en, fact.fr]}
        case Word():
            return {"word": fact.text}
        case Sentence():
            return {"sentence": fact.message, "facts": facts_kept(fact.facts)}
        case Finding() | Refusal():
            return kept(fact.sentence)
        case list() | tuple():
            return [kept(part) for part in fact]
    raise CannotBeKept(type(fact).__name__)


def facts_kept(facts: Mapping[str, object]) -> dict[str, Any]:
    """The facts of a sentence as JSON keeps them."""
    return {name: kept(fact) for name, fact in facts.items()}


def again(told: Any, *, zone: str) -> object:
    """A kept fact, ready to be said to somebody in a zone."""
    match told:
        case list():
            return [again(part, zone=zone) for part in told]
        case {"moment": text}:
            return Moment(datetime.fromisoformat(text), zone)
        case {"day": text}:
            return date.fromisoformat(text)
        case {"date": text}:
            return PartialDate(text)
        case {"name": [en, fr]}:
            return Name(en, fr)
        case {"word": text}:
            return Word(text)
        case {"sentence": message, "facts": facts}:
            return sentence_again(message, facts, zone=zone)
    return told


def sentence_again(message: str, facts: Mapping[str, Any], *, zone: str) -> Sentence:
    """A kept sentence, ready to be said to somebody in a zone."""
    return Sentence(message, {name: again(fact, zone=zone) for name, fact in facts.items()})
