"""Untrusted input made into values: answers to a survey, the text of a report, a decision about it, what was changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from comity.activities.models import Activity
from comity.activities.models.activities import ActivityQuerySet
from comity.feedback.models import Survey
from comity.feedback.rules import LONGEST, SCALE, Question
from comity.kernel.faces import say


class Answering(forms.Form):
    """The questions of a survey, asked in the reader's language."""

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in survey.asked():
            self.fields[question.key] = _field(question)


def _field(question: Question) -> forms.Field:
    label = say(question.words)
    if question.kind == "text":
        area = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(label=label, required=False, max_length=LONGEST, widget=area)
    if question.kind == "yes_no":
        choices: list[tuple[Any, str]] = [("yes", gettext("Yes")), ("no", gettext("No"))]
        return forms.TypedChoiceField(label=label, choices=choices, coerce=lambda said: said == "yes", widget=forms.RadioSelect)
    words = {SCALE[0]: gettext("1, not at all"), SCALE[-1]: gettext("5, fully")}
    steps = [(step, words.get(step, str(step))) for step in SCALE]
    return forms.TypedChoiceField(label=label, choices=steps, coerce=int, widget=forms.RadioSelect)


class Reporting(forms.Form):
    """The text of a report; everything may be left for later."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    summary = forms.CharField(
        label=gettext_lazy("Summary"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 5})
    )
    went_well = forms.CharField(
        label=gettext_lazy("What went well"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 4})
    )
    to_change = forms.CharField(
        label=gettext_lazy("What to change next time"), required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 4})
    )


class Submitting(forms.Form):
    """Which version is handed in."""

    version = forms.IntegerField(min_value=1)


class Returning(forms.Form):
    """Why a report is returned."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=600)


class Following(forms.Form):
    """What was changed at the next iteration."""

    next_activity = forms.ModelChoiceField(label=gettext_lazy("Held again as"), queryset=Activity.objects.none())
    changed = forms.CharField(label=gettext_lazy("What was changed"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, later: ActivityQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_activity"].queryset = later  # type: ignore[attr-defined]
