"""What every kind of face does alike: say things in the reader's language, and show a refusal beside a form."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.utils.translation import get_language, gettext, override

from comity.kernel.refusals import Refusal
from comity.kernel.words import Speakable


def say(thing: Speakable, language: str | None = None) -> str:
    """The words of a thing in a language, or in the language of the moment."""
    current = get_language() or "en"
    spoken = (language or current)[:2]
    if spoken == current:
        return thing.said(gettext, spoken)
    with override(spoken):
        return thing.said(gettext, spoken)


class TakesErrors(Protocol):
    """A form, as far as refusals need to know it."""

    def add_error(self, field: str | None, error: str) -> None:
        """Show an error beside a field, or above them all."""


@contextmanager
def refused_into(form: TakesErrors) -> Iterator[None]:
    """Show a refusal as an error of the form instead of raising it."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(None, say(refusal))
