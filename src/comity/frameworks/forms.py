"""Forms of those who keep the register: admit, accede, suspend, lift. They read; the acts decide."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.frameworks.models import Framework, Membership, MembershipStanding
from comity.frameworks.rules.labels import SCOPES, STANDINGS
from comity.kernel.dates import NotAPartialDate, PartialDate
from comity.parties.models import Source

DAY = forms.DateInput(attrs={"type": "date"})


class Sourced(forms.Form):
    """A form whose fact names its source, by address or key."""

    source = forms.CharField(label=_("Source"), help_text=_("Address or key of a source that the register knows."), max_length=600)

    def clean_source(self) -> list[Source]:
        """The source named."""
        found = Source.objects.named(self.cleaned_data["source"])
        if found is None:
            raise forms.ValidationError(_("The register knows no such source."))
        return [found]


class Admission(Sourced):
    """Put a party on a roll."""

    framework = forms.CharField(label=_("Framework"), max_length=20, help_text=_("Its code, such as PFP."))
    standing = forms.ChoiceField(label=_("Standing"), choices=[(s.value, _(STANDINGS[s.value])) for s in MembershipStanding])
    since = forms.CharField(label=_("Since"), max_length=10, help_text=_("A year, a month or a day: 1999, 1999-03, 1999-03-12."))

    def clean_framework(self) -> Framework:
        """The framework named."""
        found = Framework.objects.filter(code=self.cleaned_data["framework"].upper()).first()
        if found is None:
            raise forms.ValidationError(_("There is no framework with this code."))
        return found

    def clean_since(self) -> str:
        """The date as precise as it was given."""
        try:
            return PartialDate(self.cleaned_data["since"].strip()).text
        except NotAPartialDate:
            raise forms.ValidationError(_("This is not a year, a month or a day.")) from None


class Accession(Sourced):
    """Make a partner an Ally."""

    to = forms.CharField(label=_("Alliance"), max_length=20, initial="NATO")
    on = forms.DateField(label=_("On"), widget=DAY)

    def clean_to(self) -> Framework:
        """The alliance named."""
        found = Framework.objects.filter(code=self.cleaned_data["to"].upper()).first()
        if found is None:
            raise forms.ValidationError(_("There is no framework with this code."))
        return found


class Hold(Sourced):
    """Suspend a membership, in scope."""

    membership = forms.ChoiceField(label=_("Membership"))
    on = forms.DateField(label=_("On"), widget=DAY)
    scope = forms.MultipleChoiceField(
        label=_("What is suspended"),
        choices=[(part, _(words)) for part, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.CharField(label=_("Deciding body"), max_length=200)
    review_on = forms.CharField(label=_("Review"), max_length=10, required=False, help_text=_("A year, a month or a day."))
    ground = forms.CharField(label=_("Ground"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *given: Any, memberships: Iterable[Membership], **more: Any) -> None:
        super().__init__(*given, **more)
        self.rows = {str(row.pk): row for row in memberships}
        self.fields["membership"].choices = [(pk, row.framework.code) for pk, row in self.rows.items()]  # type: ignore[attr-defined]

    def clean_membership(self) -> Membership:
        """The row chosen."""
        return self.rows[self.cleaned_data["membership"]]

    def clean_review_on(self) -> str:
        """The date as precise as it was given."""
        try:
            return PartialDate(self.cleaned_data["review_on"].strip()).text
        except NotAPartialDate:
            raise forms.ValidationError(_("This is not a year, a month or a day.")) from None


class Lifting(forms.Form):
    """Lift a suspension."""

    on = forms.DateField(label=_("On"), widget=DAY)
    ground = forms.CharField(label=_("Ground"), max_length=400)
