"""Untrusted input made into values: a review, its steps, ratings and outcome."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.activities.models import Term
from comity.kernel.faces import say
from comity.reviews import rules


class Reviewing(forms.Form):
    """A new review of a programme."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1949, max_value=2199)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(key, gettext(label)) for key, label in rules.REVIEWS.items()]  # type: ignore[attr-defined]


class Stepping(forms.Form):
    """When a step of a review was done, and what came of it."""

    on = forms.DateField(label=gettext_lazy("Done on"), widget=forms.DateInput(attrs={"type": "date"}))
    summary = forms.CharField(
        label=gettext_lazy("What came of it"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class DueDay(forms.Form):
    """By when a step of a review is due."""

    due_on = forms.DateField(label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class Rating(forms.Form):
    """How a goal stands, in a word."""

    goal = forms.IntegerField(widget=forms.HiddenInput)
    rating = forms.ModelChoiceField(label=gettext_lazy("Rating"), queryset=Term.objects.none())
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=600, required=False)

    def __init__(self, *args: Any, ratings: Iterable[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rating"].queryset = ratings  # type: ignore[attr-defined]
        self.fields["rating"].label_from_instance = lambda t: say(t.name)  # type: ignore[attr-defined]


class Closing(forms.Form):
    """The outcome of a review."""

    outcome = forms.CharField(label=gettext_lazy("Outcome"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
