"""Forms of those who keep the register: admit, accede, suspend, lift. They read; the acts decide."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.frameworks.models import Framework, Membership, MembershipStanding
from comity.frameworks.rules.labels import SCOPES, STANDINGS
from comity.parties.models import Source
from comity.ui.fields import NamedField, PartialDateField, SourceField

DAY = forms.DateInput(attrs={"type": "date"})


class FrameworkField(NamedField):
    """A framework, by its code."""

    def __init__(self, **given: Any) -> None:
        super().__init__(_coded, unknown=_("There is no framework with this code."), max_length=20, **given)


def _coded(code: str) -> Framework | None:
    return Framework.objects.filter(code=code.upper()).first()


class Sourced(forms.Form):
    """A form whose fact names its source, by address or key."""

    source = SourceField(Source.objects.named)

    def clean_source(self) -> list[Source]:
        """The source named, as one of those a fact may have."""
        return [self.cleaned_data["source"]]


class Admission(Sourced):
    """Put a party on a roll."""

    framework = FrameworkField(label=_("Framework"), help_text=_("Its code, such as PFP."))
    standing = forms.ChoiceField(label=_("Standing"), choices=[(s.value, _(STANDINGS[s.value])) for s in MembershipStanding])
    since = PartialDateField(label=_("Since"))


class Accession(Sourced):
    """Make a partner an Ally."""

    to = FrameworkField(label=_("Alliance"), initial="NATO")
    on = forms.DateField(label=_("On"), widget=DAY)


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
    review_on = PartialDateField(label=_("Review"), required=False)
    ground = forms.CharField(label=_("Ground"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *given: Any, memberships: Iterable[Membership], **more: Any) -> None:
        super().__init__(*given, **more)
        self.rows = {str(row.pk): row for row in memberships}
        self.fields["membership"].choices = [(pk, row.framework.code) for pk, row in self.rows.items()]  # type: ignore[attr-defined]

    def clean_membership(self) -> Membership:
        """The row chosen."""
        return self.rows[self.cleaned_data["membership"]]


class Lifting(forms.Form):
    """Lift a suspension."""

    on = forms.DateField(label=_("On"), widget=DAY)
    ground = forms.CharField(label=_("Ground"), max_length=400)
