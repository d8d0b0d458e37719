"""The topics somebody may choose how to be told of. What a topic means is the business of the room that tells.

A room that has something new to tell adds its line here; a test finds the topic that nobody tells, and the one that is not
here.
"""

from enum import StrEnum

from comity.kernel.words import _

TOPICS: dict[str, str] = {
    "requests": _("Requests: deadlines and what is still a draft"),
    "rounds": _("Rounds: what your requests got"),
    "nominations": _("Nominations: seats, people put forward, reserve lists"),
    "attendance": _("Running activities: instructions, attendance, certificates"),
    "reports": _("Reports and feedback"),
    "activities": _("Contributions to the menu"),
    "texts": _("Texts: whose turn it is"),
    "agreements": _("Agreements: silence, outcomes, signatures"),
    "reviews": _("Reviews: steps that are due"),
    "changes": _("Changes: activities that move, shrink or are cancelled"),
    "handovers": _("Handovers"),
    "hooks": _("Hooks: programs that do not answer"),
}


class Way(StrEnum):
    """How somebody wants to be told of a topic."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    INBOX = "inbox"


WAYS: dict[Way, str] = {
    Way.AT_ONCE: _("By e-mail at once"),
    Way.DIGEST: _("In the daily digest"),
    Way.INBOX: _("In the inbox only"),
}
USUAL = Way.DIGEST
USUAL_HOUR = 7
