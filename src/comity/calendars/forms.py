"""What somebody says who wants a feed. It reads; the act decides."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.accounts.rules import LANGUAGE_NAMES
from comity.calendars.rules import KINDS


class NewFeed(forms.Form):
    """A feed to make."""

    kind = forms.ChoiceField(label=_("What it shows"), choices=[(kind, _(words)) for kind, words in KINDS.items()])
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_NAMES)
