"""What people type about themselves, made into values."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

AREAS = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "UTC"})
ZONES = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in AREAS)


class Self(forms.Form):
    """Name, language and zone of one's own account."""

    name = forms.CharField(max_length=200, label=_("Name"))
    language = forms.ChoiceField(choices=[("en", "English"), ("fr", "Français")], label=_("Language"))
    zone = forms.ChoiceField(choices=[(z, z.replace("_", " ")) for z in ZONES], label=_("Time zone"))


class NewToken(forms.Form):
    """What a token is for and how long it lives."""

    name = forms.CharField(max_length=80, label=_("What it is for"))
    days = forms.IntegerField(min_value=1, max_value=366, initial=90, label=_("Days it lives"))
