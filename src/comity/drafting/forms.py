"""Untrusted input made into values: words, reasons, revisions that were read, which versions to compare."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from comity.drafting.models import Audience, ChangeKind, Marking
from comity.kernel.faces import say
from comity.kernel.words import Name
from comity.parties.models import Party


class Words(forms.CharField):
    """Words as they were typed: blanks at the ends and all, empty or not."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "strip": False, **options})


class Whose(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A party by its name."""

    def label_from_instance(self, obj: Party) -> str:
        """The name in the language of the reader."""
        return say(obj.name)


class Opening(forms.Form):
    """A new text: whose it is, what it is called, and its chapters, one a line."""

    party = Whose(label=gettext_lazy("Partner"), queryset=Party.objects.none())
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300)
    title_fr = forms.CharField(label=gettext_lazy("Title in French"), max_length=300, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the clauses"), choices=(("en", "English"), ("fr", "Français")))
    chapters = forms.CharField(
        label=gettext_lazy("Chapters"), widget=forms.Textarea(attrs={"rows": 6}), max_length=5_000,
        help_text=gettext_lazy("One title a line; clauses are added afterwards."),
    )  # fmt: skip

    def __init__(self, *args: Any, parties: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["party"].queryset = parties  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        titles = [line.strip()[:300] for line in given["chapters"].splitlines() if line.strip()]
        chapters = [(f"chapter-{n}", title, "", ()) for n, title in enumerate(titles, 1)]
        return {"title": Name(given["title_en"], given["title_fr"]), "language": given["language"], "chapters": chapters}


class Writing(forms.Form):
    """Words for a clause and the revision they were written upon."""

    body = Words()
    base = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    agrees = forms.BooleanField(required=False)


class Reading(forms.Form):
    """The revision that was read."""

    revision = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class Reserving(Reading):
    """Why agreement is held back."""

    reason = forms.CharField(max_length=2_000, required=False)


class Alternatively(forms.Form):
    """Words in brackets."""

    body = Words()


class Settling(Reading):
    """Words that end the brackets."""

    body = Words()


class Marked(forms.Form):
    """Who may read a clause."""

    marking = forms.ChoiceField(choices=Marking.choices)


class Placed(forms.Form):
    """Where a clause is to stand: the number of the clause it follows, or of the chapter it begins."""

    after = forms.RegexField(
        r"^\d{1,4}(\.\d{1,5})?$",
        error_messages={"invalid": gettext_lazy("Give the number of a clause, as 2.3, or of a chapter, as 2.")},
    )


class Added(forms.Form):
    """A new clause: its words, its chapter, and the clause it follows."""

    body = Words()
    chapter = forms.CharField(max_length=40)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ReadTogether(forms.Form):
    """A chapter, and the revisions of its clauses that were read."""

    chapter = forms.CharField(max_length=40)
    read = forms.RegexField(r"^(\d{1,18}:\d{1,9},?)*$", max_length=100_000)

    def clean_read(self) -> dict[int, int]:
        """The revision of each clause."""
        return {int(pk): int(revision) for pk, revision in re.findall(r"(\d+):(\d+)", self.cleaned_data["read"])}


class Said(forms.Form):
    """A comment: for whom, and which one it answers."""

    body = forms.CharField(max_length=20_000, required=False)
    audience = forms.ChoiceField(choices=Audience.choices)
    answers = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class Titled(forms.Form):
    """A title in both languages."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=300, required=False)
    title_fr = forms.CharField(label=gettext_lazy("Title in French"), max_length=300, required=False)


class Noted(forms.Form):
    """A note about a version."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


class Named(forms.Form):
    """What an amendment is for."""

    title = forms.CharField(label=gettext_lazy("What the amendment is for"), max_length=200, required=False)


class Changed(forms.Form):
    """A change of an amendment."""

    kind = forms.ChoiceField(choices=ChangeKind.choices)
    key = forms.CharField(max_length=40, required=False)
    body = Words()
    marking = forms.ChoiceField(choices=[("", ""), *Marking.choices], required=False)
    chapter = forms.CharField(max_length=40, required=False)
    after = forms.CharField(max_length=40, required=False)


class Chosen(forms.Form):
    """The words of clauses in conflict, in fields named after their keys: `words-KEY`, and `gone-KEY` where it is to go."""

    def __init__(self, *args: Any, keys: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for key in keys:
            self.fields[f"words-{key}"] = Words(max_length=20_000)
            self.fields[f"gone-{key}"] = forms.BooleanField(required=False)
        self.keys = keys

    def values(self) -> dict[str, str | None]:
        """The words chosen; a clause without words is one that goes."""
        given = self.cleaned_data
        return {
            key: None if given[f"gone-{key}"] or not given[f"words-{key}"].strip() else given[f"words-{key}"] for key in self.keys
        }


def numbers(given: list[str]) -> list[int]:
    """Numbers of versions from an address, each once, three at most; what is no number is left out."""
    return list(dict.fromkeys(int(text) for text in given if re.fullmatch(r"[0-9]{1,18}", text)))[:3]
