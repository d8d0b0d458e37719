"""Partial dates: a day, a month or a year, exactly as precise as the source, and never more.

The text form is ISO 8601 cut short: `1999`, `1999-03`, `1999-03-12`; the empty text is "not known".
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

Precision = Literal["day", "month", "year", "unknown"]
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class NotAPartialDate(ValueError):
    """The text is not a year, a month or a day of the calendar."""


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as precise as its source. Sorts by its text, which sorts earlier and coarser first."""

    text: str = ""

    def __post_init__(self) -> None:
        if self.text:
            _bounds(self.text)

    @classmethod
    def of(cls, value: Self | date | str | None) -> "PartialDate":
        """A partial date from whatever says one; `None` and the empty text are "not known"."""
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, date):
            return cls(value.isoformat())
        return cls((value or "").strip())

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        return {0: "unknown", 4: "year", 7: "month", 10: "day"}[len(self.text)]  # type: ignore[return-value]

    @property
    def is_known(self) -> bool:
        """Whether anything is known at all."""
        return bool(self.text)

    @property
    def earliest(self) -> date | None:
        """The first day this date can be."""
        return _bounds(self.text)[0] if self.text else None

    @property
    def latest(self) -> date | None:
        """The last day this date can be."""
        return _bounds(self.text)[1] if self.text else None

    @property
    def stops(self) -> date | None:
        """The first day after a state that ended then.

        A full date is the day on which the state stopped; a month or a year still belongs to it whole.
        """
        if not self.text:
            return None
        first, last = _bounds(self.text)
        return first if self.precision == "day" else last + timedelta(days=1)

    def covers(self, other: "PartialDate") -> bool:
        """Whether the other date could be this one: the same, or more precise within it."""
        return bool(self.text) and other.text.startswith(self.text)

    def __str__(self) -> str:
        return self.text


def _bounds(text: str) -> tuple[date, date]:
    """First and last day of a partial date.

    Raises:
        NotAPartialDate: the text is none.
    """
    match = _SHAPE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(g) if g else None for g in match.groups())
        assert year is not None
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise NotAPartialDate(text) from None
