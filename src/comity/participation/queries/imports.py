"""What a sheet would change in the requests of an edition: every row compared with what stands, before anything is written."""

from typing import Any

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition
from comity.exchange.batches import Difference, Remark
from comity.exchange.sheets import Row, Table
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.participation.models import Request
from comity.participation.rules import FUNDINGS
from comity.parties.models import Party
from comity.programmes.models import Objective

COLUMNS = ("activity", "party", "places", "priority", "funding", "objective", "note")
CELLS = COLUMNS[2:]


def compare(edition: Edition, table: Table, *, seen_by: Actor) -> list[Difference]:
    """The verdict on every row of a sheet; the number of queries never grows with rows."""
    return [*map(_Comparison(edition, seen_by).verdict, table.rows)]


def cells_of(request: Request) -> dict[str, str]:
    """What a request asks for as the cells of a sheet."""
    number = str(request.objective.number) if request.objective else ""
    return {
        "places": str(request.places or ""),
        "priority": str(request.priority or ""),
        "funding": request.funding,
        "objective": number,
        "note": request.note,
    }


def row_of(request: Request) -> list[object]:
    """A request as a row of the sheet that `compare` reads."""
    number = request.objective.number if request.objective else None
    return [request.activity.number, request.party_id, request.places, request.priority, request.funding, number, request.note]


class _Comparison:
    """One sheet against the requests of an edition; holds what every row is looked up in."""

    def __init__(self, edition: Edition, by: Actor) -> None:
        self.by = by
        on_offer = Activity.objects.seen_by(by).on_offer().filter(edition=edition)
        self.titles = dict(on_offer.values_list("number", "title"))
        objectives = Objective.objects.seen_by(by).of_year(edition.pk)
        self.objectives = {(party, str(number)) for party, number in objectives.values_list("party", "number")}
        standing = Request.objects.seen_by(by).live().of_edition(edition.pk).select_related("activity", "objective")
        self.standing = {f"{r.party_id} {r.activity.number}": r for r in standing}
        self.parties = set(Party.objects.seen_by(by).values_list("code", flat=True))
        self.all = by.may(Permission.SEE_EVERYTHING)
        self.lines: dict[str, int] = {}

    def verdict(self, row: Row) -> Difference:
        """One row: rejected with all its reasons, or new, changed, unchanged."""
        number, party = row.cells.get("activity", "").upper(), (row.cells.get("party") or self.by.party or "").upper()
        key, label = f"{party} {number}", self.titles.get(number, number)
        stands = self.standing.get(key)
        after = {name: row.cells[name].strip() for name in CELLS if name in row.cells}
        after |= {"funding": after.get("funding", "").lower() or "none"} if "funding" in after or stands is None else {}
        faults = [*self._place(number, party, key, row.line), *self._cells(party, after)]
        if faults:
            return Difference(row.line, "rejected", key, label, faults=tuple(faults))
        if stands is None:
            return Difference(row.line, "new", key, label, after=after)
        before = {name: cell for name, cell in cells_of(stands).items() if name in after}
        return Difference(row.line, "unchanged" if before == after else "changed", key, label, stands.version, before, after)

    def _place(self, number: str, party: str, key: str, line: int) -> list[Remark]:
        """What speaks against the activity or the party of a row."""
        faults = []
        if number not in self.titles:
            faults.append(_remark("activity", number, _("Nothing on offer in this edition has this number.")))
        if not party or (party != self.by.party and not self.all):
            faults.append(_remark("party", party, _("You can ask for your own party only.")))
        elif party not in self.parties:
            faults.append(_remark("party", party, _("There is no party with this code.")))
        if (first := self.lines.setdefault(key, line)) != line:
            faults.append(_remark("activity", number, _("The same request stands in line {line}."), line=str(first)))
        return faults

    def _cells(self, party: str, after: dict[str, str]) -> list[Remark]:
        """What speaks against the cells of a row; empty ones make a draft."""
        faults = []
        if (places := after.get("places", "")) and not (places.isdigit() and 1 <= int(places) <= 30_000):
            faults.append(_remark("places", places, _("This is not a number of places.")))
        if (priority := after.get("priority", "")) and priority not in ("1", "2", "3"):
            faults.append(_remark("priority", priority, _("A priority is 1, 2 or 3.")))
        if (funding := after.get("funding", "none")) not in FUNDINGS:
            faults.append(_remark("funding", funding, _("Say none, wanted or needed.")))
        if (number := after.get("objective", "")) and (party, number) not in self.objectives:
            faults.append(_remark("objective", number, _("The party has no such objective for this year.")))
        return faults


def _remark(column: str, value: str, why: str, **facts: Any) -> Remark:
    return Remark(column, value[:200], Sentence(why, facts))
