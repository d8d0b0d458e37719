"""What those who manage accounts type about people: mandates, accounts, names. They read; the acts decide."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.accounts.rules import LANGUAGE_NAMES, ROLE_LABELS, ZONES, Role
from comity.kernel.faces import say
from comity.parties.models import Delegation, Mandate
from comity.parties.models.delegations import DelegationQuerySet, MandateQuerySet

if TYPE_CHECKING:
    OneDelegation = forms.ModelChoiceField[Delegation]
    OneMandate = forms.ModelChoiceField[Mandate]
else:
    OneDelegation = OneMandate = forms.ModelChoiceField

ROLES = [(role.value, _(ROLE_LABELS[role])) for role in Role]


def day() -> forms.DateInput:
    """A field for a day, as browsers want it."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DelegationField(OneDelegation):
    """One of the delegations there are, by the name of its party."""

    def label_from_instance(self, obj: Delegation) -> str:
        """The party by its name and code."""
        return f"{say(obj.party.name)} ({obj.party_id})"


class MandateField(OneMandate):
    """One of the mandates of somebody, in words."""

    def label_from_instance(self, obj: Mandate) -> str:
        """The role, the party and the first day."""
        return f"{_(ROLE_LABELS[Role(obj.role)])}, {say(obj.delegation.party.name)}, {obj.period.lower.isoformat()} –"


class Giving(forms.Form):
    """A mandate to give."""

    of = DelegationField(Delegation.objects.none(), label=_("Delegation"), help_text=_("One of those that are accredited."))
    role = forms.ChoiceField(choices=ROLES, label=_("Role"), initial=Role.POINT_OF_CONTACT)
    since = forms.DateField(label=_("First day"), widget=day())
    until = forms.DateField(label=_("Last day"), widget=day(), required=False, help_text=_("Empty: until it is ended."))

    def __init__(self, *given: Any, delegations: DelegationQuerySet, on: date, **more: Any) -> None:
        super().__init__(*given, **{"initial": {"since": on}} | more)
        self.fields["of"].queryset = delegations  # type: ignore[attr-defined]


class Opening(Giving):
    """An account to open with its first mandate."""

    login = forms.CharField(max_length=60, label=_("Login"), help_text=_("Lower-case letters, digits, dots, dashes."))
    name = forms.CharField(max_length=200, label=_("Name"))
    email = forms.EmailField(required=False, label=_("E-mail address"))
    language = forms.ChoiceField(choices=LANGUAGE_NAMES, label=_("Language"))
    zone = forms.ChoiceField(choices=[(z, z.replace("_", " ")) for z in ZONES], label=_("Time zone"))
    field_order = ("login", "name", "email", "language", "zone", "of", "role", "since", "until")


class Ending(forms.Form):
    """A mandate to end."""

    mandate = MandateField(Mandate.objects.none(), label=_("Mandate"), empty_label=None)
    on = forms.DateField(label=_("First day without it"), widget=day())

    def __init__(self, *given: Any, mandates: MandateQuerySet, on: date, **more: Any) -> None:
        super().__init__(*given, **{"initial": {"on": on + timedelta(days=1)}} | more)
        self.fields["mandate"].queryset = mandates  # type: ignore[attr-defined]


class Describing(forms.Form):
    """How somebody is called, and in which language and zone they read."""

    name = forms.CharField(max_length=200, label=_("Name"))
    language = forms.ChoiceField(choices=LANGUAGE_NAMES, label=_("Language"))
    zone = forms.ChoiceField(choices=[(z, z.replace("_", " ")) for z in ZONES], label=_("Time zone"))


class Bare(forms.Form):
    """An act that needs no more than to be asked for; its refusal is shown here."""
