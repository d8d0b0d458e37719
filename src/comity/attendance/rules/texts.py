"""Joining instructions: texts with a fixed list of placeholders, no dots, no code. Nothing in them is ever run (F8).

A text is read once, from left to right; what fills a placeholder is never read again.
"""

import re
from collections.abc import Mapping

from comity.kernel.words import _

PLACEHOLDERS: dict[str, str] = {
    "activity": _("title and number of the activity"),
    "dates": _("its days"),
    "place": _("where it takes place"),
    "provider": _("who runs it"),
    "participant": _("the name of the participant"),
    "party": _("the party that sends the participant"),
    "parts": _("the parts, one a line, with days, hours and zone"),
    "contact": _("whom to ask"),
    "answer_by": _("by when an answer is wanted"),
}
_BRACED = re.compile(r"\{([^{}]*)\}")
LANGUAGES = ("en", "fr")
# What a provider begins with; theirs to change.
DEFAULTS: dict[str, tuple[str, str]] = {
    "en": (
        "Joining instructions: {activity}",
        "Dear {participant},\n\n"
        "You are expected at {activity}, {dates}, at {place}. It is run by {provider}; you come for {party}.\n\n"
        "The activity has these parts:\n{parts}\n\n"
        "Please bring an identity document that is valid for the whole stay. Visa and travel are matters for you and your "
        "national authorities.\n\n"
        "Please confirm that you will come, and tell us of any particular need, by {answer_by}. Questions go to {contact}.",
    ),
    "fr": (
        "Instructions aux participants : {activity}",
        "Madame, Monsieur {participant},\n\n"
        "Vous êtes attendu(e) à l'activité {activity}, {dates}, à {place}. Elle est organisée par {provider} ; vous y venez "
        "pour {party}.\n\n"
        "L'activité comprend :\n{parts}\n\n"
        "Veuillez vous munir d'une pièce d'identité valable pendant tout le séjour. Le visa et le voyage relèvent de vous et de "
        "vos autorités nationales.\n\n"
        "Merci de confirmer votre venue et de signaler tout besoin particulier avant le {answer_by}. Pour toute question : "
        "{contact}.",
    ),
}


def unknown(*texts: str) -> list[str]:
    """What stands in braces in some texts and is no placeholder, each once, in order."""
    found = [name for text in texts for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    return list(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled; a placeholder without a value becomes a dash."""
    return _BRACED.sub(lambda match: values.get(match[1]) or "–" if match[1] in PLACEHOLDERS else match[0], text)
