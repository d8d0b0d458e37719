"""What people choose and type about being told, made into values."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.notices.models import LetterState
from comity.notices.queries import Choices
from comity.notices.rules.topics import TOPICS, WAYS, Way


def _topics() -> list[tuple[str, str]]:
    return [(topic, gettext(words)) for topic, words in TOPICS.items()]


class Sought(forms.Form):
    """Filters of the inbox; what cannot be read narrows nothing."""

    topic = forms.MultipleChoiceField(choices=_topics, required=False)
    read = forms.ChoiceField(choices=[("unread", "unread")], required=False)

    def narrowing(self) -> dict[str, Any]:
        """The filters as the inbox understands them."""
        self.is_valid()
        return {
            "topics": self.cleaned_data.get("topic", []),
            "only_unread": self.cleaned_data.get("read") == "unread",
        }


class SoughtLetters(forms.Form):
    """Filters of the letters."""

    state = forms.ChoiceField(choices=LetterState.choices, required=False)

    def narrowing(self) -> dict[str, Any]:
        """The filters as the list understands them."""
        self.is_valid()
        return {"state": self.cleaned_data.get("state", "")}


class Chosen(forms.Form):
    """How somebody wants to be told of each topic, and at which hour the digest comes."""

    hour = forms.TypedChoiceField(coerce=int, choices=[(h, f"{h:02}:00") for h in range(24)], label=_("Hour of the digest"))

    def __init__(self, given: Any, now: Choices) -> None:
        super().__init__(given, initial={"hour": now.hour} | {f"topic-{t}": way for t, way in now.ways.items()})
        for topic, words in _topics():
            ways = [(way.value, gettext(label)) for way, label in WAYS.items()]
            self.fields[f"topic-{topic}"] = forms.ChoiceField(choices=ways, label=words)

    @property
    def topics(self) -> list[forms.BoundField]:
        """The fields of the topics, in their order."""
        return [self[f"topic-{topic}"] for topic in TOPICS]

    def ways(self) -> dict[str, Way]:
        """What was chosen for each topic."""
        return {topic: Way(self.cleaned_data[f"topic-{topic}"]) for topic in TOPICS}


class NewHook(forms.Form):
    """A program to be called, and with what."""

    name = forms.CharField(max_length=80, label=_("What it is for"))
    address = forms.CharField(
        max_length=500, label=_("Address"), help_text=_("An https address in the open network."), widget=forms.URLInput
    )
    topics = forms.MultipleChoiceField(choices=_topics, label=_("Topics"), widget=forms.CheckboxSelectMultiple)
