"""What a sheet would change in an edition: every row compared with what stands, before anything is written."""

from collections.abc import Iterable, Mapping
from typing import Any

import pycountry

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition, EntryGroup
from comity.activities.queries import terms_by_word
from comity.activities.rules import entries
from comity.exchange.batches import Difference, Remark
from comity.exchange.sheets import Row, Table
from comity.frameworks.models import Framework
from comity.kernel.actors import Actor
from comity.kernel.tables import sort_key
from comity.kernel.words import Sentence, _
from comity.parties.models import Party

ISO = frozenset(c.alpha_3 for c in pycountry.countries)
CODES = ("provider_country_id", "place_country_id")
LISTS_OF_CODES = ("participating", "open_to_parties", "closed_to_parties")
COLUMN_OF: dict[str, entries.Column] = {c.field: c for c in entries.COLUMNS}


def compare(edition: Edition, table: Table, *, seen_by: Actor) -> list[Difference]:
    """The verdict on every row of a sheet; the number of queries never grows with rows."""
    return _Comparison(edition, table, seen_by).rows()


def cells_of(activity: Activity) -> dict[str, Any]:
    """An entry as the cells of a sheet."""
    return {c.name: c.write(getattr(activity, c.field)) for c in entries.COLUMNS}


class _Comparison:
    """One sheet against one edition; holds what every row is looked up in."""

    def __init__(self, edition: Edition, table: Table, by: Actor) -> None:
        self.by, self.table = by, table
        self.parties = set(Party.objects.values_list("code", flat=True))
        self.terms = terms_by_word()
        self.meanings = {word: g.token for g in EntryGroup.objects.all() for word in g.words}
        self.meanings |= {code.lower(): code for code in Framework.objects.values_list("code", flat=True)}
        standing = list(Activity.objects.filter(edition=edition))
        seen = set(Activity.objects.seen_by(by).filter(edition=edition).values_list("pk", flat=True))
        self.by_number = {a.number: a for a in standing if a.pk in seen}
        self.by_ref = {a.row_ref: a for a in standing if a.row_ref}
        self.by_title = {
            (sort_key(a.title), str(a.starts), a.provider): a for a in standing if a.state != "retired" and a.pk in seen
        }
        self.seen: dict[str, int] = {}

    def rows(self) -> list[Difference]:
        """The verdicts in the order of the sheet."""
        return [self._verdict(row) for row in self.table.rows]

    def _verdict(self, row: Row) -> Difference:
        """One row: rejected with all its reasons, or new, changed, unchanged."""
        values, found = entries.read(row.cells)
        faults = [Remark(f.column, f.value, f.why, f.mend) for f in found]
        stands = self._stands(row, values, faults)
        self._check_codes(row, values, faults)
        label = str(values.get("title") or row.cells.get("title", ""))[:200]
        if faults:
            return Difference(row.line, "rejected", label=label, faults=tuple(faults))
        notes = self._derive(row, values)
        after = {COLUMN_OF[f].name: COLUMN_OF[f].write(v) for f, v in values.items()}
        if stands is None:
            twin = self.by_title.get((sort_key(values["title"]), str(values.get("starts", "")), values.get("provider", "")))
            if twin is not None:
                notes.append(
                    Remark("title", label, Sentence(_("This looks like {number}, which stands already."), {"number": twin.number}))
                )
            return Difference(row.line, "new", label=label, after=after, notes=tuple(notes))
        before = {name: cell for name, cell in cells_of(stands).items() if name in after}
        verdict = "unchanged" if before == after else "changed"
        return Difference(row.line, verdict, stands.number, label, stands.version, before, after, notes=tuple(notes))

    def _stands(self, row: Row, values: Mapping[str, Any], faults: list[Remark]) -> Activity | None:
        """The entry that a row is about, by our number or else by its own row; adds what speaks against it."""
        number, ref = row.cells.get(entries.NUMBER, "").upper(), str(values.get("row_ref", ""))
        stands = self.by_number.get(number) if number else self.by_ref.get(ref) if ref else None
        if number and stands is None:
            faults.append(
                _remark("number", number, _("No entry of this edition has this number."), _("Leave it empty for a new entry."))
            )
        key = number or ref
        if key and key in self.seen:
            faults.append(
                _remark("number" if number else "row_id", key, _("The same row stands in line {line}."), line=str(self.seen[key]))
            )
        elif key:
            self.seen[key] = row.line
        if number and ref and stands is not None and self.by_ref.get(ref, stands) is not stands:
            faults.append(_remark("row_id", ref, _("Another entry came in under this row.")))
        if stands is not None and not self._may_change(stands):
            faults.append(_remark("number" if number else "row_id", key, _("This entry belongs to another contributor.")))
        if stands is not None and stands.state == "retired":
            faults.append(_remark("number" if number else "row_id", key, _("This entry was retired.")))
        return stands

    def _may_change(self, stands: Activity) -> bool:
        if self.by.may(Permission.MANAGE_MENU):
            return True
        theirs = self.by.party is not None and self.by.party in (stands.contributed_by_id, stands.provider_party_id)
        return theirs and stands.state != "approved"

    def _check_codes(self, row: Row, values: Mapping[str, Any], faults: list[Remark]) -> None:
        """Countries are those of the register or of ISO 3166; a code that is neither says nothing."""
        for field in CODES:
            code = values.get(field)
            if code and code not in self.parties and code not in ISO:
                faults.append(
                    _remark(
                        COLUMN_OF[field].name, code, _("There is no country with this code."), _("Use ISO 3166, for example EST.")
                    )
                )
        for field in LISTS_OF_CODES:
            unknown = [c for c in values.get(field, ()) if c not in self.parties and c not in ISO]
            if unknown:
                cell = row.cells[COLUMN_OF[field].name][:200]
                faults.append(_remark(COLUMN_OF[field].name, cell, _("There is no country with this code.")))

    def _derive(self, row: Row, values: dict[str, Any]) -> list[Remark]:
        """Fill in what words in a row mean where the sheet has no column of its own for it; what stays unclear is noted."""
        notes = []
        said = str(values.get("eligibility", ""))
        if "open_to" not in row.cells and "eligibility" in row.cells:
            tokens, named, rest = entries.entry_of(said, self.meanings, self.parties | ISO)
            values |= {"open_to": tokens, "open_to_parties": named}
            if rest:
                notes.append(
                    _remark(
                        "eligibility", said, _("Kept as words, since no rule says what they mean: {words}."), words="; ".join(rest)
                    )
                )
        area = str(values.get("area", ""))
        if area and sort_key(area) not in self.terms:
            notes.append(_remark("area", area, _("The area is in no vocabulary; it is kept as it is written.")))
        return notes


def _remark(column: str, value: str, why: str, mend: str = "", **facts: str) -> Remark:
    return Remark(column, value, Sentence(why, facts), Sentence(mend))


def rejected(rows: Iterable[Difference]) -> list[Difference]:
    """The rows that cannot be taken."""
    return [r for r in rows if r.verdict == "rejected"]
