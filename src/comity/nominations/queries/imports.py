"""What a sheet of candidates would bring: every row compared with what stands, and its names sealed before they are kept."""

import re
from base64 import b64encode
from collections import defaultdict
from typing import Any

from comity.activities.models import Edition
from comity.exchange.batches import Difference, Remark
from comity.exchange.sheets import Row, Table
from comity.kernel.actors import Actor
from comity.kernel.sealing import sealed
from comity.kernel.words import Sentence, _
from comity.nominations.models import Nomination, NominationState, Person
from comity.nominations.rules.identities import COLUMNS, PARTS, Names, columns, wrong_with
from comity.participation.models import Request, RequestState

KIND = "nominations"
# The cell of a kept row that holds the names, sealed; it goes when the sheet is applied.
SEALED = "sealed"
NUMBER = re.compile(r"[A-Z0-9-]{2,12}\.\d{4,6}\.\d{2}")
SHEET = ("activity", "person", *PARTS, *COLUMNS, "choice", "team")


def compare(edition: Edition, table: Table, *, seen_by: Actor) -> list[Difference]:
    """The verdict on every row of a sheet; the number of queries never grows with rows."""
    return [*map(_Comparison(edition, seen_by).verdict, table.rows)]


def bound(party: str) -> str:
    """What the names in a kept row are bound to: they open in sheets of that party only."""
    return f"sheet of {party}"


class _Comparison:
    """One sheet against the nominations of a party in an edition; holds what every row is looked up in."""

    def __init__(self, edition: Edition, by: Actor) -> None:
        self.party = by.party or ""
        asked = Request.objects.seen_by(by).of_edition(edition.pk).filter(party=self.party, state=RequestState.SUBMITTED)
        self.titles = dict(asked.values_list("activity__number", "activity__title"))
        self.people = set(Person.objects.seen_by(by).filter(party=self.party, erased_at=None).values_list("number", flat=True))
        live = Nomination.objects.seen_by(by).live().filter(party=self.party, activity__edition=edition)
        self.standing: dict[str, Nomination] = {}
        self.states: dict[tuple[str, str], set[str]] = defaultdict(set)
        for n in live.select_related("activity", "person"):
            self.standing[f"{n.person.number} {n.activity.number}"] = n
            self.states[n.activity.number, n.team].add(n.state)
        self.lines: dict[tuple[str, ...], int] = {}

    def verdict(self, row: Row) -> Difference:
        """One row: rejected with all its reasons, or new, changed, unchanged."""
        cells = {name: row.cells.get(name, "").strip() for name in SHEET}
        number, activity = cells["person"].upper(), _numbered(cells["activity"])
        names = Names.of(cells)
        key = f"{number if number in self.people else row.line} {activity}"
        stands = self.standing.get(key) if number else None
        who = (number,) if number else (names.family_name.casefold(), names.given_name.casefold(), names.born_on)
        faults = [*self._place(activity, number, who, row.line), *self._cells(cells, names, known=bool(number))]
        faults += self._team(activity, cells["team"], stands)
        label = self.titles.get(activity, activity)
        if faults:
            return Difference(row.line, "rejected", key, label, faults=tuple(faults))
        if stands:
            before, after = {"choice": str(stands.choice)}, {"choice": cells["choice"] or str(stands.choice)}
            verdict = "unchanged" if before == after else "changed"
            return Difference(row.line, verdict, key, label, stands.version, before, after)
        after = {name: cells[name] for name in ("choice", "team") if cells[name]}
        notes = [_remark("person", number, KNOWN)] if number and names != Names() else []
        if not number:
            after |= {name: cells[name] for name in COLUMNS if cells[name]}
            after[SEALED] = b64encode(sealed(names.packed, bound_to=bound(self.party))).decode()
        return Difference(row.line, "new", key, label, after=after, notes=tuple(notes))

    def _place(self, activity: str, number: str, who: tuple[str, ...], line: int) -> list[Remark]:
        """What speaks against the activity or the person of a row."""
        faults = []
        if activity not in self.titles:
            faults.append(_remark("activity", activity, _("Your party has no request for an activity of this number.")))
        if number and number not in self.people:
            faults.append(_remark("person", "", _("There is nobody of yours with this number.")))
        if (first := self.lines.setdefault((activity, *who), line)) != line:
            faults.append(_remark("person", "", _("The same person stands in line {line}."), line=str(first)))
        return faults

    def _cells(self, cells: dict[str, str], names: Names, *, known: bool) -> list[Remark]:
        """What speaks against the cells of a row. No cell is repeated: a name may stand in the wrong column."""
        faults = []
        if (choice := cells["choice"]) and not (choice.isdigit() and 1 <= int(choice) <= 999):
            faults.append(_remark("choice", "", _("The order of choice is a number from 1 on.")))
        if known:
            return faults
        if why := wrong_with(names):
            faults.append(Remark("family_name", "", why))
        wrong = columns(cells)[1]
        faults += [_remark(column, "", _("This is not a word of the list.")) for column in wrong]
        return faults

    def _team(self, activity: str, team: str, stands: Nomination | None) -> list[Remark]:
        if stands and team != stands.team:
            return [_remark("team", "", _("Whoever is nominated already is tied into a team on the page of the activity."))]
        if team and not stands and self.states[activity, team] - {NominationState.COLLECTED}:
            return [_remark("team", "", _("This team is on its way already; nobody can join it."))]
        return []


KNOWN = _("This person is known: what the sheet says of them is left out. Correct it on the page of the person.")


def _numbered(text: str) -> str:
    """The number of an activity, or nothing: what is none is not kept."""
    return text.upper() if NUMBER.fullmatch(text.upper()) else ""


def _remark(column: str, value: str, why: str, **facts: Any) -> Remark:
    return Remark(column, value[:60], Sentence(why, facts))
