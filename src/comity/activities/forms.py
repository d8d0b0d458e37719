"""What a reader types, made into values: a search, an entry, a sheet, a reason, a deadline."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms import formset_factory
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.activities.models import Activity, DeliveryKind, DeliveryPart, Edition
from comity.activities.queries.menu import FACETS, Wanted
from comity.activities.rules import entries
from comity.kernel.faces import say

LONG = ("description", "aim")
NOT_IN_THE_FORM = ("row_id", "participants", "participating_nations", "eligibility", "source")
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("What"), ("title", "kind", "area", "discipline", "aim", "description", "level", "prerequisites", "external_code")),
    (_("Who offers it, and where"), ("provider", "provider_country", "location_city", "location_country", "language")),
    (_("When"), ("start", "end")),
    (_("For how many"), ("seats", "min_seats", "fee_eur", "pool", "place_cost")),
    (
        _("Who may come"),
        ("open_to", "open_to_parties", "closed_to_parties", "most_per_party", "needs_clearance", "ranks", "language_profile"),
    ),
)
HINTS = {
    "start": _("As precise as you know it: 2027-03-12, 2027-03 or 2027."),
    "language": _("Several with a semicolon between."),
    "provider_country": _("Three letters of ISO 3166."),
    "location_country": _("Three letters of ISO 3166."),
    "open_to_parties": _("Codes with a space between; only where named parties may come besides."),
    "closed_to_parties": _("Codes with a space between."),
}


def wanted(given: QueryDict) -> Wanted:
    """What an address asks for; what it says wrongly is left out."""
    chosen = {name: tuple(given.getlist(name)[:50]) for name in FACETS if name in given}
    if "month" in chosen:
        chosen["month"] = tuple(m for m in chosen["month"] if re.fullmatch(r"[0-9]{0,2}", m))
    return Wanted(
        q=" ".join(given.get("q", "").replace("\0", "").split())[:200],
        chosen={n: tuple(v.replace("\0", "") for v in values) for n, values in chosen.items() if values},
        open_only=bool(given.get("open")),
        since=day(given.get("from", "")),
        until=day(given.get("to", "")),
        sort=given.get("sort", "date"),
    )


def day(given: str) -> date | None:
    """A day of an address, or nothing."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


class Entry(forms.Form):
    """An activity as a form. Nothing is required: a draft is kept however little is known (F19)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, tokens: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in entries.COLUMNS:
            if column.name not in NOT_IN_THE_FORM:
                self.fields[column.name] = _control(column, tokens)

    @classmethod
    def of(cls, activity: Activity, **kwargs: Any) -> "Entry":
        """The form filled with an entry."""
        cells = {c.name: c.write(getattr(activity, c.field)) for c in entries.COLUMNS}
        cells |= {"version": activity.version, "open_to": activity.open_to, "needs_clearance": activity.needs_clearance}
        return cls(initial=cells, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Read the cells as those of a sheet are read."""
        given = super().clean() or {}
        cells = {n: _cell(v) for n, v in given.items() if n in entries.BY_NAME}
        self.values, faults = entries.read(cells, complete=False)
        for fault in faults:
            self.add_error(fault.column, f"{say(fault.why)} {say(fault.mend)}".strip())
        return given

    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names]) for heading, names in GROUPS]


def _control(column: entries.Column, tokens: Iterable[tuple[str, str]]) -> forms.Field:
    """The control of one column."""
    label, hint = _(column.label), HINTS.get(column.name, "")
    if column.name == "kind":
        choices = [("", "–"), *((k, gettext(k)) for k in entries.KINDS)]
        return forms.ChoiceField(choices=choices, label=label, required=False)
    if column.name == "open_to":
        return forms.MultipleChoiceField(choices=list(tokens), label=label, required=False, widget=forms.CheckboxSelectMultiple)
    if column.name == "needs_clearance":
        return forms.BooleanField(label=label, required=False)
    widget = forms.Textarea(attrs={"rows": 4}) if column.name in LONG else forms.TextInput()
    return forms.CharField(label=label, required=False, help_text=hint, widget=widget)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "yes" if value is True else "" if value is False or value is None else str(value)


class Part(forms.Form):
    """One part of an activity; a row left empty is no part."""

    kind = forms.ChoiceField(choices=[("", "–"), *((k.value, k.value) for k in DeliveryKind)], label=_("Kind"), required=False)
    starts = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    zone = forms.CharField(label=_("Time zone"), required=False, max_length=60)
    start_time = forms.TimeField(label=_("Begins at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end_time = forms.TimeField(label=_("Ends at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    place = forms.CharField(label=_("Place"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """A part has both days, in order, and a zone where it has times."""
        given = super().clean() or {}
        if given.get("kind") and not self.errors:
            if not given["starts"] or not given["ends"] or given["ends"] < given["starts"]:
                self.add_error("ends", gettext("Give the first and the last day of this part, in this order."))
            if (given["start_time"] or given["end_time"]) and given["zone"] not in zones():
                self.add_error("zone", gettext("Times need a time zone such as Europe/Brussels."))
        return given


Parts = formset_factory(Part, extra=2, max_num=12)


def parts_of(formset: Any) -> list[dict[str, Any]]:
    """The parts that were filled in."""
    return [dict(f.cleaned_data) for f in formset.forms if f.cleaned_data.get("kind")]


def parts_as(parts: Iterable[DeliveryPart]) -> list[dict[str, Any]]:
    """Parts as a formset wants them."""
    return [{name: getattr(p, name) for name in Part.base_fields} for p in parts]


def zones() -> frozenset[str]:
    """The names of time zones."""
    return frozenset(available_timezones())


class Sheet(forms.Form):
    """A sheet handed in."""

    file = forms.FileField(label=_("Workbook or CSV"), help_text=_("XLSX, or CSV in any usual encoding and separator."))


class Reason(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=600)


class Deadline(forms.Form):
    """A moment in the edition's own zone, whatever the zone of the reader, and why it is set."""

    # A text, not a moment: the framework would read a moment in the zone of the reader (F16).
    moment = forms.CharField(label=_("Deadline"), widget=forms.TextInput(attrs={"type": "datetime-local", "step": 1}))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=600)

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.fields["moment"].help_text = _("In the zone %(zone)s.") % {"zone": edition.zone}

    def clean_moment(self) -> datetime:
        """The moment; one that the clocks of the zone leave out is no moment."""
        try:
            given = datetime.fromisoformat(self.cleaned_data["moment"])
        except ValueError:
            raise forms.ValidationError(gettext("Write a day and a time: 2027-01-15T18:00.")) from None
        moment = given.replace(tzinfo=self.edition.timezone)
        if moment.astimezone(UTC).astimezone(self.edition.timezone).replace(tzinfo=None) != given.replace(tzinfo=None):
            raise forms.ValidationError(gettext("The clocks of this zone skip that moment."))
        return moment


class Plan(forms.Form):
    """A further edition."""

    year = forms.IntegerField(label=_("Year"), min_value=1949, max_value=2199)
    zone = forms.CharField(label=_("Time zone"), initial="Europe/Brussels", max_length=60)
