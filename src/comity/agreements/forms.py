"""What people say when they move an agreement on, made into values. The acts decide."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.drafting.models import Version, VersionQuerySet
from comity.kernel.faces import say
from comity.ui.fields import PartialDateField

if TYPE_CHECKING:
    OneVersion = forms.ModelChoiceField[Version]
else:
    OneVersion = forms.ModelChoiceField


def moment() -> forms.DateTimeInput:
    """A field for a moment, as browsers want it: to the minute, or to the second for whoever writes it so."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "any"})


class VersionField(OneVersion):
    """A version by its text and number."""

    def label_from_instance(self, obj: Version) -> str:
        """Party, title and number."""
        title = say(obj.text.title)
        return gettext("%(party)s: %(title)s, version %(number)s") % {
            "party": say(obj.text.party.name), "title": title, "number": obj.number,
        }  # fmt: skip


class Offering(forms.Form):
    """A version to offer."""

    version = VersionField(
        Version.objects.none(), label=_("Version"), help_text=_("The newest of a text, with every clause settled.")
    )

    def __init__(self, *given: Any, versions: VersionQuerySet, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class Endorsing(forms.Form):
    """Which body of the partner endorsed a version."""

    body = forms.CharField(label=_("Body that endorsed it"), max_length=200)
    on = PartialDateField(label=_("When"))
    reference = forms.CharField(label=_("Reference"), max_length=200, required=False)


class Circulating(forms.Form):
    """A deadline for silence."""

    deadline = forms.DateTimeField(label=_("Silence until"), widget=moment())


class Extending(forms.Form):
    """A later deadline."""

    to = forms.DateTimeField(label=_("Silence until"), widget=moment())
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class Reasoned(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class Deciding(forms.Form):
    """Which council agreed."""

    body = forms.CharField(label=_("Council"), max_length=200)
    on = PartialDateField(label=_("When it decided"))
    reference = forms.CharField(label=_("Reference of the decision"), max_length=200)


class Signing(forms.Form):
    """A passphrase, used once and forgotten."""

    passphrase = forms.CharField(
        label=_("Signing passphrase"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class Making(forms.Form):
    """A passphrase for a new key, said twice."""

    passphrase = forms.CharField(
        label=_("Signing passphrase"), max_length=200, strip=False,
        help_text=_("At least 12 characters. Nobody can recover it; a new key can be made at any time."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same again"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        told = super().clean() or {}
        if told.get("passphrase") != told.get("again"):
            self.add_error("again", gettext("The two do not match."))
        return told


class Nothing(forms.Form):
    """An act that needs no more words."""
