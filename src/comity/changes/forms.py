"""Untrusted input made into values: the deeds that may be prepared, and the number that is typed before one is applied."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.frameworks.models import Framework
from comity.frameworks.rules.labels import SCOPES
from comity.kernel.dates import PartialDate
from comity.kernel.faces import say
from comity.parties.models import Source
from comity.ui.fields import PartialDateField, SourceField

DAY = forms.DateInput(attrs={"type": "date"})


class Prepared(forms.Form):
    """What every deed may say: why, and a free sentence for the notices in each language."""

    reason = forms.CharField(
        label=_("Reason"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody who loses something will read it."),
    )  # fmt: skip
    note_en = forms.CharField(
        label=_("A sentence of yours for the notices, in English"), max_length=600, required=False,
        help_text=_("It is shown as it is written, after the sentences that are drafted for you."),
    )  # fmt: skip
    note_fr = forms.CharField(label=_("The same in French"), max_length=600, required=False)


class Moving(Prepared):
    """Move an activity to other days."""

    starts = forms.DateField(label=_("New first day"), widget=DAY)
    ends = forms.DateField(label=_("New last day"), widget=DAY)
    field_order = ("starts", "ends")

    def values(self) -> dict[str, Any]:
        """The days as partial dates, and the rest as it is."""
        return self.cleaned_data | {name: PartialDate.of(self.cleaned_data[name]) for name in ("starts", "ends")}


class Shrinking(Prepared):
    """Offer fewer seats."""

    seats = forms.IntegerField(label=_("Seats that remain"), min_value=1, max_value=100_000)
    minimum = forms.IntegerField(label=_("Participants needed to run"), min_value=0, max_value=100_000, required=False)
    field_order = ("seats", "minimum")

    def values(self) -> dict[str, Any]:
        """As it was filled in."""
        return self.cleaned_data


class CallingOff(Prepared):
    """Call an activity off."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["reason"].required = True

    def values(self) -> dict[str, Any]:
        """As it was filled in."""
        return self.cleaned_data


class Suspending(Prepared):
    """Suspend a party in a framework, in scope."""

    framework = forms.ModelChoiceField(label=_("Framework"), queryset=Framework.objects.none())
    on = forms.DateField(label=_("From"), widget=DAY)
    scope = forms.MultipleChoiceField(label=_("What is suspended"), choices=(), widget=forms.CheckboxSelectMultiple)
    body = forms.CharField(label=_("Deciding body"), max_length=200)
    review_on = PartialDateField(label=_("Review"), required=False)
    source = SourceField(Source.objects.named)
    field_order = ("framework", "on", "scope", "body", "review_on", "source")

    def __init__(self, *given: Any, frameworks: Iterable[str], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["framework"].queryset = Framework.objects.filter(code__in=list(frameworks))  # type: ignore[attr-defined]
        self.fields["framework"].label_from_instance = lambda f: say(f.name)  # type: ignore[attr-defined]
        self.fields["scope"].choices = [(part, gettext(words)) for part, words in SCOPES.items()]  # type: ignore[attr-defined]
        self.fields["reason"].required = True

    def values(self) -> dict[str, Any]:
        """The framework, the values of the suspension, and the rest."""
        told = dict(self.cleaned_data)
        values = {"on": told.pop("on").isoformat(), "review_on": told.pop("review_on").text}
        values |= {"sources": [str(told.pop("source").pk)], "scope": told.pop("scope"), "body": told.pop("body")}
        return told | {"values": values}


DEEDS: dict[str, type[Moving] | type[Shrinking] | type[CallingOff]] = {
    "move": Moving,
    "shrink": Shrinking,
    "cancel": CallingOff,
}


class Applying(forms.Form):
    """The list that was shown, and how many lines it has."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    number = forms.IntegerField(label=_("Number of lines"), widget=forms.NumberInput(attrs={"autocomplete": "off"}))

    def __init__(self, *given: Any, lines: int, **more: Any) -> None:
        super().__init__(*given, **more)
        self.lines = lines

    def clean_number(self) -> int:
        """The number of lines that were shown, typed again.

        Raises:
            ValidationError: it is another one.
        """
        number: int = self.cleaned_data["number"]
        if number != self.lines:
            raise forms.ValidationError(gettext("The list has {count} lines: type that number.").format(count=self.lines))
        return number
