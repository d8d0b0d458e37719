"""Entries of the menu as rows of a sheet: its columns, how a cell is read, how it is written, and what is wrong with a row.

A cell that cannot be read rejects its row, with the reason and what would mend it; nothing is guessed.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.activities.rules.days import Days
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.words import Sentence, _

KINDS = (_("course"), _("exercise"), _("seminar"), _("workshop"), _("conference"), _("other"))
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
MOST = 2_147_483_647


class Unreadable(Exception):
    """A cell that says nothing this column can hold."""

    def __init__(self, why: str, mend: str = "", **facts: str) -> None:
        super().__init__(why)
        self.why, self.mend = Sentence(why, facts), Sentence(mend, facts)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell of a row: why, and what would mend it."""

    column: str
    value: str
    why: Sentence
    mend: Sentence = Sentence("")  # noqa: RUF009


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its heading, the field behind it, how a cell is read and written."""

    name: str
    field: str
    read: Callable[[str], Any]
    write: Callable[[Any], Any] = lambda value: "" if value is None else value
    label: str = ""


def text(length: int) -> Callable[[str], str]:
    """A text no longer than its column."""

    def read(cell: str) -> str:
        if len(cell) > length:
            raise Unreadable(
                _("The text is {given} characters long; {most} fit."), _("Shorten it."), given=str(len(cell)), most=str(length)
            )
        return cell

    return read


def whole(cell: str) -> int | None:
    """A whole number; an empty cell is not nought."""
    if not cell:
        return None
    plain = cell.replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    plain = plain.removesuffix(".0")
    if not re.fullmatch(r"[0-9]{1,10}", plain) or int(plain) > MOST:
        raise Unreadable(_("This is not a whole number."), _("Write digits only, or leave the cell empty."))
    return int(plain)


def partial(cell: str) -> PartialDate:
    """A date as precise as it was written: ISO 8601, cut short or whole, or a day written out."""
    try:
        return PartialDate.of(_iso(cell))
    except NotAPartialDate:
        raise Unreadable(_("This is not a date."), _("Write a day as 2027-03-12, a month as 2027-03, a year as 2027.")) from None


def _iso(cell: str) -> str:
    if day := re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ]00:00(?::00)?", cell):
        return day[1]
    if day := re.fullmatch(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})", cell):
        if day[2] == "/" and int(day[1]) <= 12 and int(day[3]) <= 12 and day[1] != day[3]:
            raise Unreadable(_("This could be two different days."), _("Write it as 2027-03-12: year, month, day."))
        first, second = (day[1], day[3]) if day[2] == "." or int(day[3]) <= 12 else (day[3], day[1])
        return f"{day[4]}-{int(second):02}-{int(first):02}"
    if (day := re.fullmatch(r"(?:(\d{1,2}) )?([A-Za-z]+) (\d{4})", cell)) and day[2].lower() in MONTHS:
        month = f"{day[3]}-{MONTHS.index(day[2].lower()) + 1:02}"
        return f"{month}-{int(day[1]):02}" if day[1] else month
    return cell


def kind(cell: str) -> str:
    """One of the kinds of activity."""
    if cell.lower() not in (*KINDS, ""):
        raise Unreadable(_("There is no such kind of activity."), _("Use one of: {kinds}."), kinds=", ".join(KINDS))
    return cell.lower()


def code(cell: str) -> str | None:
    """A country by its three letters; whether there is such a country is looked up later."""
    if cell and not re.fullmatch(r"[A-Za-z0-9-]{2,12}", cell):
        raise Unreadable(_("This is not the code of a country or party."), _("Use three letters of ISO 3166, for example EST."))
    return cell.upper() or None


def codes(cell: str) -> list[str]:
    """Several codes, separated by spaces, commas or semicolons."""
    return [c for c in (code(part) for part in re.split(r"[\s,;]+", cell)) if c]


def tokens(cell: str) -> list[str]:
    """Words of entry: framework codes and names of groups."""
    found = [part.upper() for part in re.split(r"[\s,;]+", cell) if part]
    if any(not re.fullmatch(r"[A-Z0-9-]{2,20}", t) for t in found):
        raise Unreadable(
            _("This is not a list of frameworks."), _("Use codes such as ALLIES ALL-PARTNERS PFP, separated by spaces.")
        )
    return found


def words(cell: str) -> list[str]:
    """Several words, separated by semicolons; each as it was written."""
    found = [part.strip() for part in cell.split(";") if part.strip()]
    for part in found:
        text(60)(part)
    return found


def yes_or_no(cell: str) -> bool:
    """A yes or a no; an empty cell is a no."""
    if cell.lower() not in ("", "yes", "no", "y", "n", "true", "false", "1", "0", "oui", "non"):
        raise Unreadable(_("This is neither yes nor no."), _("Write yes or no."))
    return cell.lower() in ("yes", "y", "true", "1", "oui")


def _list(between: str) -> Callable[[Any], str]:
    return lambda value: between.join(value or ())


COLUMNS: tuple[Column, ...] = (
    Column("row_id", "row_ref", text(60), label=_("Row")),
    Column("title", "title", text(300), label=_("Title")),
    Column("provider", "provider", text(200), label=_("Provider")),
    Column("provider_country", "provider_country_id", code, label=_("Provider's country")),
    Column("kind", "kind", kind, label=_("Kind")),
    Column("area", "area", text(120), label=_("Area")),
    Column("start", "starts", partial, str, label=_("Start")),
    Column("end", "ends", partial, str, label=_("End")),
    Column("location_city", "city", text(120), label=_("City")),
    Column("location_country", "place_country_id", code, label=_("Country of the place")),
    Column("language", "languages", words, _list("; "), label=_("Language")),
    Column("seats", "seats", whole, label=_("Seats")),
    Column("min_seats", "minimum", whole, label=_("Minimum")),
    Column("eligibility", "eligibility", text(300), label=_("Who may come, in words")),
    Column("level", "level", text(200), label=_("Level")),
    Column("prerequisites", "prerequisites", text(400), label=_("Prerequisites")),
    Column("fee_eur", "fee_eur", whole, label=_("Fee in euro")),
    Column("participants", "participants", whole, label=_("Participants")),
    Column("participating_nations", "participating", codes, _list(" "), label=_("Participating nations")),
    Column("external_code", "external_code", text(60), label=_("Code of the provider")),
    Column("description", "description", text(8000), label=_("Description")),
    Column("source", "source", text(600), label=_("Source")),
    # From here on, columns that only our own workbook has.
    Column("discipline", "discipline", text(120), label=_("Discipline")),
    Column("aim", "aim", text(8000), label=_("Aim")),
    Column("open_to", "open_to", tokens, _list(" "), label=_("Open to")),
    Column("open_to_parties", "open_to_parties", codes, _list(" "), label=_("Open to parties")),
    Column("closed_to_parties", "closed_to_parties", codes, _list(" "), label=_("Closed to parties")),
    Column("most_per_party", "most_per_party", whole, label=_("Most places for one party")),
    Column("needs_clearance", "needs_clearance", yes_or_no, lambda value: "yes" if value else "", label=_("Needs a clearance")),
    Column("ranks", "ranks", text(120), label=_("Ranks")),
    Column("language_profile", "language_profile", text(60), label=_("Language profile")),
    Column("pool", "pool", text(30), label=_("Funding pool")),
    Column("place_cost", "place_cost", whole, label=_("Cost of a place")),
)
BY_NAME: dict[str, Column] = {c.name: c for c in COLUMNS}
# The heading under which our own workbook knows a row, and the one that it shows and never reads back.
NUMBER, STATE = "number", "state"
NAMES: tuple[str, ...] = (NUMBER, STATE, *BY_NAME)


def read(cells: Mapping[str, str], *, complete: bool = True) -> tuple[dict[str, Any], list[Fault]]:
    """The values of a row by field, and what is wrong with it; columns that the sheet does not have are left out."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, cell in cells.items():
        if column := BY_NAME.get(name):
            try:
                values[column.field] = column.read(cell)
            except Unreadable as fault:
                faults.append(Fault(name, cell[:200], fault.why, fault.mend))
    if complete and not faults:
        faults.extend(_missing(values))
    if not faults:
        faults.extend(_at_odds(values, cells))
    return values, faults


def _missing(values: Mapping[str, Any]) -> list[Fault]:
    return [
        Fault(name, "", Sentence(_("An entry needs this.")), Sentence(_("Fill in the cell.")))
        for name in ("title", "kind")
        if not values.get(name)
    ]


def _at_odds(values: Mapping[str, Any], cells: Mapping[str, str]) -> list[Fault]:
    """Cells that are readable each and impossible together."""
    faults = []
    starts, ends = values.get("starts", PartialDate()), values.get("ends", PartialDate())
    if starts.is_known and ends.is_known and starts.earliest > ends.latest:
        faults.append(Fault("end", cells["end"], Sentence(_("It ends before it starts.")), Sentence(_("Check both dates."))))
    seats, minimum = values.get("seats"), values.get("minimum")
    if seats == 0:
        faults.append(
            Fault(
                "seats",
                cells["seats"],
                Sentence(_("Nobody can take nought seats.")),
                Sentence(_("Leave the cell empty if unknown.")),
            )
        )
    elif seats is not None and minimum is not None and minimum > seats:
        faults.append(
            Fault(
                "min_seats", cells["min_seats"], Sentence(_("The minimum is above the seats.")), Sentence(_("Check both numbers."))
            )
        )
    if values.get("most_per_party") == 0:
        faults.append(
            Fault(
                "most_per_party",
                "0",
                Sentence(_("A limit of nought lets nobody in.")),
                Sentence(_("Leave the cell empty for no limit.")),
            )
        )
    return faults


def with_days(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the days that follow from their dates."""
    days = Days.of(values.get("starts", PartialDate()), values.get("ends", PartialDate()))
    return values | {"first_day": days.first, "last_day": days.last, "begins_by": days.begins_by, "month": days.month}


def entry_of(said: str, meanings: Mapping[str, str], parties: Collection[str]) -> tuple[list[str], list[str], list[str]]:
    """Terms of entry as a source puts them, made into words of entry and named parties; what is left stays words.

    Args:
        said: parts separated by semicolons: `Allies; PfP; KAZ KGZ`.
        meanings: words of entry by the way they are written, in lower case.
        parties: codes that are known.
    """
    found: list[str] = []
    named: list[str] = []
    rest: list[str] = []
    for part in (p.strip() for p in said.split(";")):
        listed = part.split()
        if token := meanings.get(part.lower()):
            found.append(token)
        elif listed and all(len(c) == 3 and c in parties for c in listed):
            named.extend(listed)
        elif part:
            rest.append(part)
    return found, named, rest


def lacking(values: Mapping[str, Any]) -> list[str]:
    """The labels of what an entry still needs before a provider may offer it."""
    needed = {
        "title": _("Title"),
        "kind": _("Kind"),
        "area": _("Area"),
        "provider": _("Provider"),
        "starts": _("Start"),
        "seats": _("Seats"),
    }
    return [label for name, label in needed.items() if not values.get(name) or values[name] == PartialDate()]


def numbered(prefix: str | None, taken: Mapping[str, int]) -> str:
    """The next free number under a party's code, first iteration; `XXX` where no country is stated."""
    prefix = prefix or "XXX"
    return f"{prefix}.{taken.get(prefix, 0) + 1:04}.01"


def written(value: Any) -> Any:
    """A value as JSON can hold it: dates as text, the rest as it is."""
    return str(value) if isinstance(value, PartialDate | date) else value
