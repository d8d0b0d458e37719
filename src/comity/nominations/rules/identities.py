"""What names a person, and how it goes into its box and comes out again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.words import Sentence, _
from comity.nominations.rules import CLEARANCES, GENDERS, RANKS
from comity.nominations.rules.fitness import levels

LONGEST = 120


@dataclass(frozen=True)
class Names:
    """What is sealed of a person; every part but the family name may be empty."""

    family_name: str = ""
    given_name: str = ""
    email: str = ""
    phone: str = ""
    born_on: str = ""
    passport_number: str = ""
    unit: str = ""

    @classmethod
    def of(cls, given: Mapping[str, object]) -> "Names":
        """From the cells of a form or of a sheet; anything else in them is left out."""
        return cls(**{name: " ".join(str(given.get(name) or "").split()) for name in PARTS})

    @property
    def full(self) -> str:
        """The name as one says it."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def packed(self) -> bytes:
        """As the box holds it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def unpacked(cls, content: bytes) -> "Names":
        """As it came out of the box."""
        return cls.of(json.loads(content))

    def __str__(self) -> str:
        return self.full


PARTS = tuple(part.name for part in fields(Names))


def wrong_with(names: Names) -> Sentence | None:
    """What is wrong with what was told of a person, the first thing first."""
    if not names.family_name:
        return Sentence(_("A family name is needed."))
    if any(len(part) > LONGEST for part in asdict(names).values()):
        return Sentence(_("One part of the name or address is longer than {most} letters."), {"most": LONGEST})
    if names.email and ("@" not in names.email.strip("@") or " " in names.email):
        return Sentence(_("This is no e-mail address."))
    try:
        PartialDate(names.born_on)
    except NotAPartialDate:
        return Sentence(_("The birth date is a year, a month or a day: 1990, 1990-05 or 1990-05-17."))
    return None


COLUMNS = ("rank", "gender", "english", "french", "clearance", "cleared_until")


def columns(told: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is told of somebody as the columns hold it, and what of it no column can hold, by column."""
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for column, words in (("rank", RANKS), ("gender", GENDERS), ("clearance", CLEARANCES)):
        found[column] = given = str(told.get(column) or "").strip()
        if given not in words:
            wrong[column] = given
    for column in ("english", "french"):
        given = str(told.get(column) or "").strip()
        found[column] = levels(given)
        if given and not found[column]:
            wrong[column] = given
    until = told.get("cleared_until") or None
    try:
        found["cleared_until"] = date.fromisoformat(until) if isinstance(until, str) else until
    except ValueError:
        wrong["cleared_until"] = str(until)
    if not found["clearance"]:
        found["cleared_until"] = None
    return found, wrong
