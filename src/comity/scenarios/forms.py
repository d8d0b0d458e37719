"""Untrusted input made into values: an order for a study, and a trial of one line."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from comity.kernel.faces import say
from comity.participation.models import Pool, Rule
from comity.scenarios.rules import LEVERS, Choice


class Numbers(forms.CharField):
    """Several whole numbers in one field, separated by commas or spaces."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(required=False, max_length=200, **options)
        self.least, self.most = least, most

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        """The numbers, each once, in their order."""
        words = re.split(r"[\s,;]+", (super().to_python(value) or "").replace("−", "-").replace("+", "").replace("%", ""))
        found = []
        for word in filter(None, words):
            if not re.fullmatch(r"-?\d{1,7}", word) or not self.least <= int(word) <= self.most:
                facts = {"word": word[:20], "least": self.least, "most": self.most}
                raise ValidationError(gettext("“{word}” is not a whole number from {least} to {most}.").format(**facts))
            found.append(int(word))
        return list(dict.fromkeys(found))

    def validate(self, value: Any) -> None:
        """An empty field means no variation."""


class Weights(forms.CharField):
    """Sets of three whole numbers, one set a line or separated by semicolons."""

    def to_python(self, value: Any) -> list[tuple[int, int, int]]:  # type: ignore[override]
        """What priorities 1, 2 and 3 are worth, each set once."""
        found = []
        for line in filter(str.strip, re.split(r"[;\n]", super().to_python(value) or "")):
            numbers = re.findall(r"\d{1,6}", line)
            if len(numbers) != 3 or re.search(r"[^\d\s,/]", line):
                raise ValidationError(gettext("“{line}” is not three whole numbers.").format(line=line.strip()[:40]))
            one, two, three = map(int, numbers)
            found.append((one, two, three))
        return list(dict.fromkeys(found))

    def validate(self, value: Any) -> None:
        """An empty field means no variation."""


class Rules(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Published rules, by their titles."""

    def label_from_instance(self, obj: Rule) -> str:
        """The title and the version."""
        return gettext("{title}, version {version}").format(title=say(obj.title), version=obj.version)


class StudyOrder(forms.Form):
    """Which rules and variations a study puts together; each variation is tried beside what is published."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, required=False)
    rules = Rules(label=gettext_lazy("Rules"), queryset=Rule.objects.all(), widget=forms.CheckboxSelectMultiple)
    weights = Weights(
        label=gettext_lazy("Worth of priorities 1, 2 and 3"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("One set of three numbers a line: 100 50 25"),
    )  # fmt: skip
    self_pay = Numbers(
        label=gettext_lazy("Worth of a self-paid place, in per cent"),
        least=0,
        most=100,
        help_text=gettext_lazy("For example 40, 80"),
    )
    tolerance = Numbers(
        label=gettext_lazy("Tolerance, in per cent"), least=0, most=100, help_text=gettext_lazy("Only under rules that have one")
    )
    pool = forms.ChoiceField(label=gettext_lazy("Pool whose budget is varied"), required=False)
    budget_percent = Numbers(
        label=gettext_lazy("Budget more or less, in per cent"), least=-100, most=1000, help_text=gettext_lazy("For example −20, 20")
    )
    more_away = Numbers(
        label=gettext_lazy("More people away in one week"), least=0, most=100, help_text=gettext_lazy("For example 1")
    )
    draws = forms.IntegerField(
        label=gettext_lazy("Draws of the lots"), min_value=1, max_value=20, initial=1,
        help_text=gettext_lazy("With more than one, each scenario is worked out under several seeds"),
    )  # fmt: skip

    def __init__(self, *args: Any, pools: list[Pool], language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(p.code, f"{p.code}: {(p.name_fr or p.name_en) if language == 'fr' else p.name_en}") for p in pools]
        self.fields["pool"].choices = [("", gettext("All pools")), *named]  # type: ignore[attr-defined]

    def choice(self) -> Choice:
        """The choice, with what is published always among it."""
        told = self.cleaned_data
        return Choice(
            weights=[None, *told["weights"]], self_pay=[None, *told["self_pay"]], tolerance=[None, *told["tolerance"]],
            pool=told["pool"], budget_percent=_with_nought(told["budget_percent"]), more_away=_with_nought(told["more_away"]),
            draws=told["draws"],
        )  # fmt: skip


def _with_nought(numbers: list[int]) -> list[int]:
    return list(dict.fromkeys([0, *numbers]))


class TryOut(forms.Form):
    """One term of a line, and what it is changed to or by."""

    lever = forms.ChoiceField(choices=[(lever, lever) for lever in LEVERS])
    amount = forms.IntegerField(label=gettext_lazy("Number"), min_value=0, max_value=10**9)
