"""The days of an activity whose dates may be known in part only."""

from dataclasses import dataclass
from datetime import date

from comity.kernel.dates import PartialDate


@dataclass(frozen=True)
class Days:
    """For computing: the first and last day an activity can run, the latest day it can begin, and its month if known.

    Where only the closing day is known, that day stands for the beginning too: on it the activity certainly ran.
    """

    first: date | None = None
    last: date | None = None
    begins_by: date | None = None
    month: int | None = None

    @classmethod
    def of(cls, starts: PartialDate, ends: PartialDate) -> "Days":
        """The days between two partial dates; an end that comes before its start is not believed for computing."""
        begins = starts if starts.is_known else ends
        if begins.earliest is None or begins.latest is None:
            return cls()
        closes = ends.latest or begins.latest
        month = None if begins.precision == "year" else begins.earliest.month
        return cls(begins.earliest, max(closes, begins.earliest), begins.latest, month)

    @property
    def differ(self) -> bool:
        """Whether the beginning is not known to the day."""
        return self.first != self.begins_by
