"""Untrusted input made into values: limits of a plan, a line added by hand, the name of a variant."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.plans.models import Plan

LEVELS = 5
"""Levels of language that profiles speak of."""


class Limits(forms.Form):
    """Years, budgets, people away at once and speakers of a plan; what is left empty sets no limit."""

    first_year = forms.IntegerField(label=gettext_lazy("First year"), min_value=2000, max_value=2100)
    years = forms.IntegerField(label=gettext_lazy("Years"), min_value=1, max_value=8)
    away_cap = forms.IntegerField(
        label=gettext_lazy("People away in one week, at most"), min_value=0, max_value=100_000, required=False
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        budgets = dict(zip(range(plan.years), plan.budgets, strict=False))
        speakers = dict(zip(range(LEVELS), plan.speakers, strict=False))
        start: dict[str, Any] = {"first_year": plan.first_year, "years": plan.years, "away_cap": plan.away_cap}
        start |= {f"budget_{at}": value for at, value in budgets.items()}
        start |= {f"speakers_{at}": value for at, value in speakers.items()}
        super().__init__(*args, **{"initial": start, **kwargs})
        for at in range(plan.years):
            label = gettext("Budget of {year} in euros").format(year=plan.first_year + at)
            self.fields[f"budget_{at}"] = forms.IntegerField(label=label, min_value=0, max_value=10**9, required=False)
        for at in range(LEVELS):
            label = gettext("Speakers at language level {level} or above").format(level=at + 1)
            self.fields[f"speakers_{at}"] = forms.IntegerField(label=label, min_value=0, max_value=100_000, required=False)

    def values(self) -> dict[str, Any]:
        """The limits as the act takes them."""
        given = self.cleaned_data
        told = {name: given[name] for name in ("first_year", "years", "away_cap")}
        lists = {"budgets": "budget_", "speakers": "speakers_"}
        return told | {name: [given[field] for field in self.fields if field.startswith(start)] for name, start in lists.items()}


class Sending(forms.Form):
    """So many people to an activity in a year."""

    activity = forms.IntegerField(min_value=1)
    year = forms.IntegerField(min_value=1900, max_value=9999)
    people = forms.IntegerField(label=gettext_lazy("People"), min_value=0, max_value=1_000_000)


class VariantName(forms.Form):
    """The name of a variant."""

    name = forms.CharField(label=gettext_lazy("Name of the variant"), max_length=120)
