"""Fields that forms of several rooms have: a date as precise as its source, and something named by its code or address."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.kernel.dates import NotAPartialDate, PartialDate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class PartialDateField(forms.CharField):
    """A year, a month or a day, as precise as it was written; nothing where nothing is known."""

    def __init__(self, **given: Any) -> None:
        hint = _("A year, a month or a day: 2029, 2029-06 or 2029-06-30.")
        super().__init__(**{"max_length": 10, "help_text": hint, **given})

    def clean(self, value: Any) -> Any:
        """The partial date that was written."""
        try:
            return PartialDate.of(super().clean(value))
        except NotAPartialDate:
            raise forms.ValidationError(_("This is not a year, a month or a day.")) from None


class NamedField(forms.CharField):
    """Something that exists already, found by what was typed.

    Args:
        find: whatever has that name, or `None`.
        unknown: what to say where nothing has it.
    """

    def __init__(self, find: Callable[[str], Any], *, unknown: "_StrPromise", **given: Any) -> None:
        super().__init__(**given)
        self.find, self.unknown = find, unknown

    def clean(self, value: Any) -> Any:
        """What was named; `None` where nothing need be and was."""
        typed = super().clean(value)
        found = self.find(typed) if typed else None
        if typed and found is None:
            raise forms.ValidationError(self.unknown)
        return found


class SourceField(NamedField):
    """A source that the register knows, by its address or its key."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        super().__init__(
            find, unknown=_("The register knows no such source."), label=_("Source"), max_length=600,
            help_text=_("Address or key of a source that the register knows."),
        )  # fmt: skip
