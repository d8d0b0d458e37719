"""What a sheet would change in the goals of a party: every row compared with what stands, before anything is written."""

from collections.abc import Mapping
from typing import Any

from comity.activities.models import Term
from comity.activities.queries import terms_by_word
from comity.exchange.batches import Difference, Remark
from comity.exchange.sheets import Row, Table
from comity.kernel.actors import Actor
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.tables import sort_key
from comity.kernel.words import Sentence, _
from comity.parties.models import Party
from comity.programmes.models import Goal, Objective
from comity.programmes.rules import TIERS

COLUMNS = ("number", "objective", "title_en", "title_fr", "area", "tier", "units", "deadline", "priority")


def compare(party: Party, table: Table, *, seen_by: Actor) -> list[Difference]:
    """The verdict on every row of a sheet; the number of queries never grows with rows."""
    return [*map(_Comparison(party, seen_by).verdict, table.rows)]


def cells_of(goal: Goal) -> dict[str, str]:
    """A goal as the cells of a sheet."""
    told = (goal.number, goal.objective.number, goal.title_en, goal.title_fr, goal.area.code, goal.tier, goal.units)
    return dict(zip(COLUMNS, map(str, (*told, goal.deadline.text, goal.priority)), strict=True))


def values_of(cells: dict[str, str], objectives: Mapping[str, Objective], terms: Mapping[str, Term]) -> dict[str, Any]:
    """Cells that were found without fault, as the columns of a goal."""
    return {
        "objective": objectives[cells["objective"]],
        "number": int(cells["number"]),
        "title_en": cells["title_en"],
        "title_fr": cells["title_fr"],
        "area": terms[sort_key(cells["area"])],
        "tier": cells["tier"],
        "units": int(cells["units"]),
        "deadline": PartialDate(cells["deadline"]),
        "priority": int(cells["priority"]),
    }


class _Comparison:
    """One sheet against the goals of a party; holds what every row is looked up in."""

    def __init__(self, party: Party, by: Actor) -> None:
        self.party = party.code
        goals = Goal.objects.seen_by(by).filter(party=party).select_related("objective", "area")
        self.standing = {str(g.number): g for g in goals}
        self.objectives = {str(o.number) for o in Objective.objects.seen_by(by).live().filter(party=party)}
        self.terms: dict[str, Term] = terms_by_word()
        self.lines: dict[str, int] = {}

    def verdict(self, row: Row) -> Difference:
        """One row: rejected with all its reasons, or new, changed, unchanged."""
        cells = {name: row.cells.get(name, "").strip() for name in COLUMNS}
        cells |= {"tier": cells["tier"].lower() or "beginner", "priority": cells["priority"] or "2"}
        if term := self.terms.get(sort_key(cells["area"])):
            cells["area"] = term.code
        key, label = f"{self.party} {cells['number']}", cells["title_en"][:200]
        faults = [*self._faults(cells, row.line)]
        if faults:
            return Difference(row.line, "rejected", key, label, faults=tuple(faults))
        stands = self.standing.get(cells["number"])
        if stands is None:
            return Difference(row.line, "new", key, label, after=cells)
        before = cells_of(stands)
        return Difference(row.line, "unchanged" if before == cells else "changed", key, label, stands.version, before, cells)

    def _faults(self, cells: dict[str, str], line: int) -> list[Remark]:
        """What speaks against a row."""
        stands = self.standing.get(cells["number"])
        first = self.lines.setdefault(cells["number"], line)
        checks = (
            ("number", _whole(cells["number"], 1, 32_000), _("This is not a number from 1 up.")),
            ("number", first == line, _("The same goal stands in another line before this one.")),
            ("number", stands is None or stands.is_live, _("This goal is retired.")),
            ("objective", cells["objective"] in self.objectives, _("The party has no such objective.")),
            ("title_en", bool(cells["title_en"]) and len(cells["title_en"]) <= 300, _("Say in English what the goal is, briefly.")),
            ("title_fr", len(cells["title_fr"]) <= 300, _("This is too long.")),
            ("area", sort_key(cells["area"]) in self.terms, _("No vocabulary has this area.")),
            ("tier", cells["tier"] in TIERS, _("Say beginner, intermediate or advanced.")),
            ("units", _whole(cells["units"], 1, 100_000), _("This is not a number from 1 to 100,000.")),
            ("deadline", _is_date(cells["deadline"]), _("This is not a year, a month or a day.")),
            ("priority", cells["priority"] in ("1", "2", "3"), _("A priority is 1, 2 or 3.")),
        )
        return [Remark(column, cells[column][:200], Sentence(why)) for column, holds, why in checks if not holds]


def _whole(text: str, least: int, most: int) -> bool:
    return text.isdecimal() and len(text) < 10 and least <= int(text) <= most


def _is_date(text: str) -> bool:
    try:
        return PartialDate.of(text).is_known
    except NotAPartialDate:
        return False
