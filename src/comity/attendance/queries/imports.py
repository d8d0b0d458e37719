"""What a sheet would change in the attendance of an activity: every row compared with what stands, before anything is written."""

from typing import Any

from comity.attendance.queries.sheets import Line, Picture
from comity.attendance.rules.settling import MARKS
from comity.exchange.batches import Difference, Remark
from comity.exchange.sheets import Row, Table
from comity.kernel.words import Sentence, _

PERSON, NAME = "person", "name"


def columns(picture: Picture) -> list[str]:
    """The headings of the sheet of an activity: who, and one column a part."""
    return [PERSON, "party", NAME, *(column_of(part.place) for part in picture.parts)]


def column_of(place: int) -> str:
    """The heading of a part."""
    return f"part {place}"


def row_of(line: Line, name: str) -> list[object]:
    """Somebody as a row of the sheet that `compare` reads."""
    return [line.nomination.person.number, line.nomination.party_id, name, *(cell.state for cell in line.cells)]


def compare(picture: Picture, table: Table) -> list[Difference]:
    """The verdict on every row of a sheet; names in it are not read."""
    lines = {line.nomination.person.number: line for line in picture.lines}
    seen: dict[str, int] = {}
    return [_verdict(picture, lines, seen, row) for row in table.rows]


def _verdict(picture: Picture, lines: dict[str, Line], seen: dict[str, int], row: Row) -> Difference:
    """One row: rejected with its reasons, or changed, or unchanged."""
    number = row.cells.get(PERSON, "").strip().upper()
    line = lines.get(number)
    faults: list[Remark] = []
    if line is None:
        faults.append(_remark(PERSON, number, _("Nobody of this number is accepted for the activity.")))
    if (first := seen.setdefault(number, row.line)) != row.line:
        faults.append(_remark(PERSON, number, _("The same person stands in line {line}."), line=str(first)))
    after = {f"part_{part.place}": _mark(row.cells.get(f"part_{part.place}", "")) for part in picture.parts}
    after = {column: mark for column, mark in after.items() if mark}
    faults += [_remark(c, m, _("Say present, absent or excused.")) for c, m in after.items() if m not in MARKS]
    if line is None or faults:
        return Difference(row.line, "rejected", number, number, faults=tuple(faults))
    before = {column: line.marks.get(int(column.rpartition("_")[2]), "") for column in after}
    verdict = "unchanged" if before == after else "changed"
    return Difference(row.line, verdict, number, number, line.version, before, after)


def _mark(cell: str) -> str:
    """A mark in whatever way it is commonly written."""
    said = cell.strip().casefold()
    return COMMON.get(said, said)


COMMON = {
    "p": "present", "x": "present", "yes": "present", "oui": "present", "présent": "present", "présente": "present",
    "a": "absent", "no": "absent", "non": "absent", "absente": "absent",
    "e": "excused", "excusé": "excused", "excusée": "excused",
}  # fmt: skip


def _remark(column: str, value: str, why: str, **facts: Any) -> Remark:
    return Remark(column, value[:200], Sentence(why, facts))
