"""Untrusted input made into values: goals, one by one or as a sheet."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.activities.models import Term
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.kernel.faces import say
from comity.programmes.models import Goal, Objective, Tier
from comity.programmes.rules import TIER_WORDS


class GoalTerms(forms.Form):
    """What a goal asks for."""

    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=32_000)
    objective = forms.ModelChoiceField(label=gettext_lazy("Objective it serves"), queryset=Objective.objects.none())
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    title_fr = forms.CharField(label=gettext_lazy("Title in French"), max_length=300, required=False)
    area = forms.ModelChoiceField(label=gettext_lazy("Area"), queryset=Term.objects.none())
    tier = forms.ChoiceField(
        label=gettext_lazy("Tier"), choices=(), help_text=gettext_lazy("What is taught at this tier or above counts.")
    )
    units = forms.IntegerField(
        label=gettext_lazy("Units"), min_value=1, max_value=100_000,
        help_text=gettext_lazy("One person brings home one unit a day, five at most from one activity."),
    )  # fmt: skip
    deadline = forms.CharField(
        label=gettext_lazy("Deadline"),
        max_length=10,
        help_text=gettext_lazy("A year, a month or a day: 2029, 2029-06 or 2029-06-30."),
    )
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), coerce=int, choices=[(1, "1"), (2, "2"), (3, "3")])
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, objectives: Iterable[Objective], areas: Iterable[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = objectives  # type: ignore[attr-defined]
        self.fields["objective"].label_from_instance = lambda o: f"{o.number}. {say(o.title)}"  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["area"].label_from_instance = lambda t: say(t.name)  # type: ignore[attr-defined]
        self.fields["tier"].choices = [(t.value, gettext(TIER_WORDS[t.value])) for t in Tier]  # type: ignore[attr-defined]

    def clean_deadline(self) -> PartialDate:
        """A date as precise as it was written."""
        try:
            return PartialDate.of(self.cleaned_data["deadline"])
        except NotAPartialDate as fault:
            raise forms.ValidationError(gettext("This is not a year, a month or a day.")) from fault

    def values(self) -> dict[str, Any]:
        """The values of a goal, without the version that was read."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def of(goal: Goal) -> dict[str, Any]:
        """A goal as the form shows it first."""
        names = ("number", "title_en", "title_fr", "tier", "units", "priority", "version")
        told = {name: getattr(goal, name) for name in names}
        return told | {"objective": goal.objective_id, "area": goal.area_id, "deadline": goal.deadline.text}


class Retiring(forms.Form):
    """Why a goal is retired."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=600)


class Sheet(forms.Form):
    """A workbook or a table of text."""

    sheet = forms.FileField(
        label=gettext_lazy("Workbook or CSV"),
        help_text=gettext_lazy("Columns: number, objective, title_en, title_fr, area, tier, units, deadline, priority."),
    )
