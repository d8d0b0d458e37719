"""Untrusted input made into values: one request, a sheet, an order for a round, limits, a number of places."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.kernel.faces import say
from comity.participation.models import Rule
from comity.participation.rules import FUNDINGS
from comity.programmes.models import Objective


class Ask(forms.Form):
    """What a request asks for; everything may be left for later."""

    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=30_000, required=False)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "–"), (1, "1"), (2, "2"), (3, "3")],
    )
    funding = forms.ChoiceField(label=gettext_lazy("Funding"), required=False, choices=())
    objective = forms.ModelChoiceField(label=gettext_lazy("Objective it serves"), required=False, queryset=Objective.objects.none())
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, objectives: Iterable[Objective], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funding"].choices = [(k, gettext(v)) for k, v in FUNDINGS.items()]  # type: ignore[attr-defined]
        self.fields["objective"].queryset = objectives  # type: ignore[attr-defined]
        self.fields["objective"].label_from_instance = lambda o: f"{o.number}. {say(o.title)}"  # type: ignore[attr-defined]
        self.fields["objective"].empty_label = gettext("none")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The values of the fields that were sent; a field that was not sent is left alone."""
        sent = {name: self.cleaned_data[name] for name in self.fields if name in self.data}
        return sent | ({"funding": sent["funding"] or "none"} if "funding" in sent else {})


class Sheet(forms.Form):
    """A workbook or a table of text."""

    sheet = forms.FileField(
        label=gettext_lazy("Workbook or CSV"),
        help_text=gettext_lazy("Columns: activity, places, priority, funding, objective, note."),
    )


class Order(forms.Form):
    """An order for a round."""

    rule = forms.ModelChoiceField(label=gettext_lazy("Rule"), queryset=Rule.objects.all(), empty_label=None)
    simulation = forms.BooleanField(label=gettext_lazy("A simulation: to look at, never to publish"), required=False)


class Places(forms.Form):
    """A number of places."""

    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=30_000)


class PoolTerms(forms.Form):
    """What a pool holds."""

    code = forms.SlugField(label=gettext_lazy("Pool"), max_length=30)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200)
    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=200, required=False)
    budget = forms.IntegerField(label=gettext_lazy("Budget in euros"), min_value=0, max_value=10**12)


class CapTerms(forms.Form):
    """What a party may hold."""

    party = forms.CharField(label=gettext_lazy("Party"), max_length=12)
    places_cap = forms.IntegerField(label=gettext_lazy("Places in the year"), min_value=0, required=False)
    away_cap = forms.IntegerField(label=gettext_lazy("People away in one week"), min_value=0, required=False)
