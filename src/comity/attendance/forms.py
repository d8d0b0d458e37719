"""Untrusted input made into values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.attendance.rules.settling import MARKS


class Marking(forms.Form):
    """One tap: whom, in which part, to what, on top of which version."""

    nomination = forms.IntegerField(min_value=1, max_value=2**62)
    part = forms.IntegerField(min_value=1, max_value=1000)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    to = forms.ChoiceField(choices=[(mark, mark) for mark in MARKS])


class Grading(forms.Form):
    """Whether somebody passed: yes, no, or not said."""

    nomination = forms.IntegerField(min_value=1, max_value=2**62)
    passed = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no"), ("", "")], required=False, empty_value=None, coerce=lambda word: word == "yes"
    )


class Reason(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=600)


class Texts(forms.Form):
    """Joining instructions as somebody writes them."""

    subject_en = forms.CharField(label=_("Subject in English"), max_length=200, required=False)
    body_en = forms.CharField(
        label=_("Text in English"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 14})
    )
    subject_fr = forms.CharField(label=_("Subject in French"), max_length=200, required=False)
    body_fr = forms.CharField(
        label=_("Text in French"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 14})
    )
    contact = forms.CharField(
        label=_("Whom participants ask"), max_length=200, required=False,
        help_text=_("An office with its address or telephone, no person."),
    )  # fmt: skip
    answer_by = forms.DateField(label=_("Answer wanted by"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class Issuing(forms.Form):
    """Sending joining instructions: to those who have none, or to all again for a reason."""

    again = forms.BooleanField(label=_("Send them again to those who have them"), required=False)
    reason = forms.CharField(label=_("Why again"), max_length=400, required=False)


class Sheet(forms.Form):
    """A workbook handed in."""

    sheet = forms.FileField(label=_("Workbook or CSV file"))


class Named(forms.Form):
    """A name to be confirmed."""

    name = forms.CharField(
        label=_("Name on the certificate"), max_length=400,
        help_text=_("First and last name in any order; accents and capitals do not matter. What you type is not kept."),
    )  # fmt: skip
