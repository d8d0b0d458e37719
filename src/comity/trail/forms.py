"""What a reader of the trail looks for, made into values."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Search(forms.Form):
    """Filters of the trail; days are days in the reader's own zone."""

    act = forms.CharField(required=False, max_length=80, label=_("Act"), widget=forms.TextInput(attrs={"list": "acts"}))
    subject = forms.CharField(required=False, max_length=120, label=_("Subject"))
    actor = forms.CharField(required=False, max_length=150, label=_("Who"))
    since = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def narrowing(self, zone: tzinfo) -> dict[str, Any]:
        """The filters as the trail understands them; what cannot be read narrows nothing."""
        if not self.is_valid():
            return {}
        told = self.cleaned_data
        since, until = told["since"], told["until"]
        return {
            "act": told["act"].strip(),
            "subject": told["subject"].strip(),
            "actor": told["actor"].strip(),
            "since": datetime.combine(since, time(), zone).astimezone(UTC) if since else None,
            "until": datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC) if until else None,
        }
