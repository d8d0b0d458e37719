"""Untrusted input made into values: goals, one by one or as a sheet; programmes with their milestones and reviews."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.accounts.rules import LANGUAGE_NAMES
from comity.activities.models import Term
from comity.kernel.faces import say
from comity.parties.models import Party, Source
from comity.programmes.models import Goal, Objective, Programme, ProgrammeType, Tier
from comity.programmes.rules import TIER_WORDS, words
from comity.programmes.rules.history import Choice
from comity.ui.fields import PartialDateField, SourceField


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
    deadline = PartialDateField(label=gettext_lazy("Deadline"))
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), coerce=int, choices=[(1, "1"), (2, "2"), (3, "3")])
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, objectives: Iterable[Objective], areas: Iterable[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = objectives  # type: ignore[attr-defined]
        self.fields["objective"].label_from_instance = lambda o: f"{o.number}. {say(o.title)}"  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["area"].label_from_instance = lambda t: say(t.name)  # type: ignore[attr-defined]
        self.fields["tier"].choices = [(t.value, gettext(TIER_WORDS[t.value])) for t in Tier]  # type: ignore[attr-defined]

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


class Chosen(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row, by what it is called."""

    def label_from_instance(self, row: Any) -> str:
        """The name of the row in the language of the reader."""
        return say(row.name)


class Opening(forms.Form):
    """A new programme of a party."""

    type = Chosen(label=gettext_lazy("Type"), queryset=ProgrammeType.objects.none())
    edition = forms.CharField(label=gettext_lazy("Edition"), max_length=40, help_text=gettext_lazy("For example its years."))
    since = PartialDateField(label=gettext_lazy("Begins"))
    until = PartialDateField(label=gettext_lazy("Ends"), required=False)
    binding = forms.ChoiceField(label=gettext_lazy("Binding in law"), choices=())
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=LANGUAGE_NAMES)
    waiver = forms.CharField(
        label=gettext_lazy("Reason for a waiver"), max_length=600, required=False,
        help_text=gettext_lazy("Only where something stands in the way that may be waived."),
    )  # fmt: skip

    def __init__(self, *args: Any, types: Iterable[ProgrammeType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["binding"].choices = _said(words.BINDING)[::-1]  # type: ignore[attr-defined]


class Recording(forms.Form):
    """A programme known from a source."""

    party = Chosen(label=gettext_lazy("Party"), queryset=Party.objects.none())
    type = Chosen(label=gettext_lazy("Type"), queryset=ProgrammeType.objects.none())
    edition = forms.CharField(
        label=gettext_lazy("Edition"), max_length=40, required=False, help_text=gettext_lazy("For example its years.")
    )
    since = PartialDateField(label=gettext_lazy("Begins"), required=False)
    until = PartialDateField(label=gettext_lazy("Ends"), required=False)
    binding = forms.ChoiceField(label=gettext_lazy("Binding in law"), choices=())
    source = SourceField(Source.objects.named)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=600, required=False)

    def __init__(self, *args: Any, parties: Iterable[Party], types: Iterable[ProgrammeType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = parties  # type: ignore[attr-defined]
        self.fields["type"].queryset = types  # type: ignore[attr-defined]
        self.fields["binding"].choices = _said(words.BINDING)[::-1]  # type: ignore[attr-defined]


class Prolonging(forms.Form):
    """How much longer, and by whose decision."""

    until = PartialDateField(label=gettext_lazy("Ends"))
    body = forms.CharField(label=gettext_lazy("Body that decided"), max_length=300)
    reference = forms.CharField(label=gettext_lazy("Reference"), max_length=300, required=False)


class Ending(forms.Form):
    """Why a programme ends, by whom, and on which day."""

    on = PartialDateField(label=gettext_lazy("Day"), required=False)
    body = forms.CharField(label=gettext_lazy("Body that decided"), max_length=300)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=600)


class Replacing(forms.Form):
    """By which other programme."""

    by_another = Chosen(label=gettext_lazy("Programme that takes its place"), queryset=Programme.objects.none())
    on = PartialDateField(label=gettext_lazy("Day"), required=False)

    def __init__(self, *args: Any, others: Iterable[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_another"].queryset = others  # type: ignore[attr-defined]


class Marking(forms.Form):
    """Words of the vocabulary of markers."""

    markers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Markers"), queryset=Term.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, markers: Iterable[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["markers"].queryset = markers  # type: ignore[attr-defined]
        self.fields["markers"].label_from_instance = lambda t: say(t.name)  # type: ignore[attr-defined]


class Objecting(forms.Form):
    """A new objective."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    title_fr = forms.CharField(label=gettext_lazy("Title in French"), max_length=300, required=False)


class Milestoning(forms.Form):
    """A new milestone."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    title_fr = forms.CharField(label=gettext_lazy("Title in French"), max_length=300, required=False)
    owner = forms.CharField(label=gettext_lazy("Unit in charge"), max_length=200, required=False)
    due = PartialDateField(label=gettext_lazy("Due"))
    indicator = forms.CharField(label=gettext_lazy("Measured by"), max_length=300, required=False)
    baseline = forms.CharField(label=gettext_lazy("At the start"), max_length=120, required=False)
    target = forms.CharField(label=gettext_lazy("Target"), max_length=120, required=False)


class Meeting(forms.Form):
    """What shows that a milestone is met."""

    evidence = forms.CharField(label=gettext_lazy("What shows it"), max_length=600)
    measured = forms.CharField(label=gettext_lazy("Measured"), max_length=120, required=False)


class Reasoned(forms.Form):
    """A reason."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=600)


class Noted(forms.Form):
    """A note, or nothing."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=600, required=False)


class Supporting(forms.Form):
    """What supports a goal."""

    kind = forms.ChoiceField(label=gettext_lazy("What supports it"), choices=())
    number = forms.CharField(label=gettext_lazy("Number of the activity"), max_length=60, required=False)
    year = forms.IntegerField(label=gettext_lazy("Year of the menu"), min_value=1949, max_value=2199, required=False)
    name = forms.CharField(label=gettext_lazy("Name of the trust fund or evaluation"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _said(words.SUPPORTS)  # type: ignore[attr-defined]


def choices_of(given: Any, goals: Iterable[int]) -> dict[int, Choice]:
    """What is to become of each goal, from the fields named after it; a goal of which nothing is said is left out."""
    found = {}
    for goal in goals:
        become, into = given.get(f"become-{goal}", ""), given.get(f"into-{goal}", "")
        if become in words.CHOICES:
            titles = tuple(given.get(f"title-{goal}-{n}", "")[:300] for n in (1, 2))
            reason = given.get(f"reason-{goal}", "")[:600]
            found[goal] = Choice(goal, become, int(into) if into.isdecimal() else None, titles, reason)
    return found


def _said(told: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, gettext(label)) for key, label in told.items()]
