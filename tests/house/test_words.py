"""Nothing is shown in English alone: every message has its French, and its placeholders are the same in both."""

import re

from tools import words

PLACEHOLDER = re.compile(r"\{(\w*)\}|%\((\w+)\)s")


def test_every_message_has_its_french() -> None:
    assert words.missing() == []


def test_the_french_keeps_the_placeholders_of_the_english() -> None:
    changed = []
    for message in words.french():
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        french = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and any(_places(text) - _places(*english) for text in french):
            changed.append(english[0])

    assert changed == []


def _places(*texts: str) -> set[str]:
    return {found for text in texts for pair in PLACEHOLDER.findall(text) for found in pair if found}
