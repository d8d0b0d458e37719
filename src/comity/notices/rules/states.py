"""How letters and calls stand, in words, each with the tone of its sign."""

from comity.kernel.words import _

LETTER_STATES = {
    "waiting": (_("Waiting"), "calm"),
    "sending": (_("Going out"), "calm"),
    "sent": (_("Sent"), "good"),
    "refused": (_("Refused by the server"), "bad"),
    "unknown": (_("Not known whether it arrived"), "warn"),
    "dropped": (_("Not sent"), "none"),
}
CALL_STATES = {
    "waiting": (_("Waiting"), "calm"),
    "calling": (_("Going out"), "calm"),
    "taken": (_("Taken"), "good"),
    "given_up": (_("Given up"), "bad"),
}
