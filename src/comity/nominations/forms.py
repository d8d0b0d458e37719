"""Untrusted input made into values: a person, a candidate, a link, a sheet, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.kernel.faces import say
from comity.nominations.models import PersonQuerySet
from comity.nominations.rules import CLEARANCES, GENDERS, RANKS
from comity.nominations.rules.fitness import levels
from comity.nominations.rules.identities import COLUMNS, LONGEST, PARTS, Names, wrong_with

PROFILE = gettext_lazy("Four levels under STANAG 6001: listening, speaking, reading, writing, as 2-2-2-2.")
BORN = gettext_lazy("As exact as it is known: 1990, 1990-05 or 1990-05-17.")
TOGETHER = gettext_lazy("People of one team go together or not at all.")


def _choices(words: dict[str, str], *, empty: bool = False) -> list[tuple[str, str]]:
    return ([("", "–")] if empty else []) + [(key, gettext(label)) for key, label in words.items()]


class Somebody(forms.Form):
    """What is told of a person: the names, which are sealed, and what figures and findings need."""

    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=LONGEST)
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=LONGEST, required=False)
    rank = forms.ChoiceField(label=gettext_lazy("Rank"))
    gender = forms.ChoiceField(label=gettext_lazy("Gender, for figures"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=LONGEST, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=LONGEST, required=False)
    born_on = forms.CharField(label=gettext_lazy("Born"), max_length=10, required=False, help_text=BORN)
    passport_number = forms.CharField(label=gettext_lazy("Passport number"), max_length=LONGEST, required=False)
    unit = forms.CharField(label=gettext_lazy("Unit or office"), max_length=LONGEST, required=False)
    english = forms.CharField(label=gettext_lazy("English"), max_length=20, required=False, help_text=PROFILE)
    french = forms.CharField(label=gettext_lazy("French"), max_length=20, required=False)
    clearance = forms.ChoiceField(label=gettext_lazy("Security clearance"), required=False)
    cleared_until = forms.DateField(
        label=gettext_lazy("Cleared until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"rank": _choices(RANKS, empty=True), "gender": _choices(GENDERS), "clearance": _choices(CLEARANCES)}
        for name, choices in words.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The values; a name that cannot be kept and a profile that cannot be read are shown where they stand."""
        given = super().clean() or {}
        for name in ("english", "french"):
            if given.get(name) and not levels(given[name]):
                self.add_error(name, gettext("Write four levels from 0 to 5, as 2-2-2-2."))
        if not self.errors and (why := wrong_with(Names.of(given))):
            self.add_error("born_on" if given.get("born_on") else None, say(why))
        return given

    @property
    def names(self) -> Names:
        """What is sealed."""
        return Names.of({part: self.cleaned_data.get(part) for part in PARTS})

    @property
    def told(self) -> dict[str, Any]:
        """What stands in columns."""
        return {column: self.cleaned_data.get(column) for column in COLUMNS}


class Known(forms.Form):
    """Somebody the delegation has on file, for an activity."""

    person: Any = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=None)
    team = forms.CharField(label=gettext_lazy("Team"), max_length=40, required=False, help_text=TOGETHER)

    def __init__(self, *args: Any, people: PersonQuerySet, said: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda p: said.get(p.pk, p.number)  # type: ignore[attr-defined]


class Link(forms.Form):
    """A link for a ministry."""

    activity = forms.CharField(label=gettext_lazy("Number of the activity"), max_length=24)
    label = forms.CharField(label=gettext_lazy("For whom"), max_length=120)
    days = forms.IntegerField(label=gettext_lazy("Days it lives"), min_value=1, max_value=180, initial=14)
    most_uses = forms.IntegerField(label=gettext_lazy("Candidates it takes"), min_value=1, max_value=200, initial=10)


class Sheet(forms.Form):
    """A workbook or a table of text."""

    sheet = forms.FileField(label=gettext_lazy("Workbook or CSV"))


class Reason(forms.Form):
    """Why names are taken away."""

    why = forms.CharField(label=gettext_lazy("What are the names needed for?"), max_length=400)
