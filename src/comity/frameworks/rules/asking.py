"""Which day, and which state of knowledge, a reader asks for; what cannot be read is said and today is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from comity.kernel.words import Sentence, _

FIRST = date(1949, 1, 1)


@dataclass(frozen=True)
class Asked:
    """The day shown, the moment as known at, and what was wrong with the question."""

    on: date
    known_on: date | None = None
    faults: tuple[Sentence, ...] = ()

    @property
    def known_at(self) -> datetime | None:
        """The end of the day as known on, in UTC; nothing for what is known now."""
        return datetime.combine(self.known_on + timedelta(days=1), time.min, UTC) if self.known_on else None


def asked(given: Mapping[str, str], *, today: date) -> Asked:
    """Read `on` and `known` from the words of an address."""
    faults: list[Sentence] = []
    on = _day(given.get("on", ""), faults) or today
    known = _day(given.get("known", ""), faults)
    return Asked(on, known if known and known < today else None, tuple(faults))


def _day(text: str, faults: list[Sentence]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.append(Sentence(_("“{text}” is not a day written as 2021-12-31; the day of today is used."), {"text": text[:20]}))
        return None
    if not FIRST <= day < date.max:
        faults.append(Sentence(_("The register begins in 1949; the day of today is used instead of {text}."), {"text": text[:20]}))
        return None
    return day
