"""Refusals: acts that the rules do not allow, in words.

A refusal is named as a short sentence, carries its facts, and knows nothing of status codes or pages. Its code is
derived from its name and is stable: faces show it, scripts rely on it.
"""

import re
from typing import ClassVar

from comity.kernel.words import Sentence, Translate, Word, _


class Refusal(Exception):
    """An act the rules do not allow. Subclasses set `message`; keyword arguments are its facts."""

    message: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts

    @property
    def code(self) -> str:
        """The stable name in lower case with dashes: `AlreadyOnTheRoll` is `already-on-the-roll`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    @property
    def sentence(self) -> Sentence:
        """What is said to whoever tried."""
        return Sentence(self.message, self.facts)

    def said(self, translate: Translate, language: str) -> str:
        """The refusal in a language."""
        return self.sentence.said(translate, language)

    def __str__(self) -> str:
        return str(self.sentence)


class NotPermitted(Refusal):
    """The actor lacks the permission for an act."""

    message = _("You may not do this: it takes the permission “{permission}”.")


class NotFound(Refusal):
    """What is absent and what is hidden look the same from outside."""

    message = _("There is no such {what}, or it is not for you to see.")

    def __init__(self, what: str) -> None:
        super().__init__(what=Word(what))


class ChangedMeanwhile(Refusal):
    """Somebody else changed the row between reading and writing."""

    message = _("Somebody changed this in the meantime. Your text is kept: compare it with the newer one and send it again.")
