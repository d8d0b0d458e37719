"""What people type about themselves, made into values."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from comity.accounts.rules import LANGUAGE_NAMES, ZONES


class Plain:
    """Fields have labels; they do not say the label a second time where the answer goes."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignIn(Plain, LoginForm):  # type: ignore[misc]
    """Who comes in, with which password."""


class NewPassword(Plain, ChangePasswordForm):  # type: ignore[misc]
    """The password that goes, and the one that comes."""


class Self(forms.Form):
    """Name, language and zone of one's own account."""

    name = forms.CharField(max_length=200, label=_("Name"))
    language = forms.ChoiceField(choices=LANGUAGE_NAMES, label=_("Language"))
    zone = forms.ChoiceField(choices=[(z, z.replace("_", " ")) for z in ZONES], label=_("Time zone"))


class NewToken(forms.Form):
    """What a token is for and how long it lives."""

    name = forms.CharField(max_length=80, label=_("What it is for"))
    days = forms.IntegerField(min_value=1, max_value=366, initial=90, label=_("Days it lives"))
