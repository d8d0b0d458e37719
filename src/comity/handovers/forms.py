"""What somebody says who hands over. It reads; the act decides."""

from collections.abc import Mapping
from datetime import date, timedelta
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.accounts.models import User
from comity.accounts.rules import LANGUAGE_NAMES, ROLE_LABELS, ZONES, Role
from comity.handovers.acts.handovers import NobodyOfYours, Successor
from comity.handovers.rules import Newcomer
from comity.kernel.faces import say
from comity.parties.models import Mandate


def in_words(mandate: Mandate) -> str:
    """Whose mandate passes: the name, the role and the party."""
    return f"{mandate.user.name}, {_(ROLE_LABELS[Role(mandate.role)])}, {say(mandate.delegation.party.name)}"


class Handing(forms.Form):
    """Who leaves, who succeeds, from which day on; and with which secret it is signed."""

    mandate: Any = forms.TypedChoiceField(label=_("Who leaves"))
    on = forms.DateField(
        label=_("First day of the successor"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("On this day access of the one who leaves ends, at midnight in their own time zone."),
    )
    login = forms.CharField(
        required=False,
        max_length=60,
        label=_("Login of the successor"),
        widget=forms.TextInput(attrs={"list": "candidates", "autocomplete": "off"}),
        help_text=_("Somebody of the delegation who has an account. Empty: somebody new, for whom an account is opened."),
    )
    name = forms.CharField(required=False, max_length=200, label=_("Name of somebody new"))
    language = forms.ChoiceField(choices=LANGUAGE_NAMES, label=_("Language"), required=False)
    zone = forms.ChoiceField(choices=[(z, z.replace("_", " ")) for z in ZONES], label=_("Time zone"), required=False)
    drafts_pass = forms.BooleanField(
        required=False,
        label=_("My successor may read and go on with my private drafts of clauses"),
        help_text=_("Otherwise they are put away on the day. Only the one who leaves may say so."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    secret = forms.CharField(
        required=False, max_length=200, label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *given: Any, mandates: Mapping[str, Mandate], candidates: Any, on: date, **more: Any) -> None:
        super().__init__(*given, **{"initial": {"on": on + timedelta(days=7)} | more.pop("initial", {})} | more)
        who: Any = self.fields["mandate"]
        who.choices, who.coerce = [(key, in_words(mandate)) for key, mandate in mandates.items()], mandates.__getitem__
        self.candidates = candidates
        self.first_password = ""

    def clean(self) -> dict[str, Any]:
        """Somebody with an account or somebody new, but somebody."""
        told: dict[str, Any] = super().clean() or {}
        if not told.get("login") and not (told.get("name") or "").strip():
            self.add_error("login", _("Name a successor: a login, or the name of somebody new."))
        return told

    def successor(self) -> Successor:
        """Who succeeds.

        Raises:
            NobodyOfYours: there is no such person to choose.
        """
        told = self.cleaned_data
        if told["login"]:
            found: User | None = self.candidates.filter(login=told["login"].strip().lower()).first()
            if found is None:
                raise NobodyOfYours(login=told["login"])
            return found
        self.first_password = token_urlsafe(15)
        more = {name: told[name] for name in ("language", "zone") if told[name]}
        return Newcomer(told["name"].strip(), self.first_password, **more)
