"""The way of a text to agreement: its states, the only arrows between them, and their words."""

from comity.kernel.words import _

OFFERED, ENDORSED, CIRCULATING, AGREED, SIGNED, RETURNED = "offered", "endorsed", "circulating", "agreed", "signed", "returned"
# A council may agree to a text at its table, before silence has run or while it runs.
ARROWS: dict[str, frozenset[str]] = {
    OFFERED: frozenset({ENDORSED, RETURNED}),
    ENDORSED: frozenset({CIRCULATING, AGREED, RETURNED}),
    CIRCULATING: frozenset({AGREED, RETURNED}),
    AGREED: frozenset({SIGNED}),
    SIGNED: frozenset(),
    RETURNED: frozenset(),
}
STEPS = (OFFERED, ENDORSED, CIRCULATING, AGREED, SIGNED)
# A text in these states lies here and rests in the room of drafting.
UNDER_WAY = (OFFERED, ENDORSED, CIRCULATING)
STATES = {
    OFFERED: _("offered, to be endorsed"),
    ENDORSED: _("endorsed by the partner"),
    CIRCULATING: _("under silence"),
    AGREED: _("agreed, to be signed"),
    SIGNED: _("signed by both sides"),
    RETURNED: _("returned to drafting"),
}
TONES = {OFFERED: "calm", ENDORSED: "calm", CIRCULATING: "warn", AGREED: "good", SIGNED: "good", RETURNED: "bad"}
OUTCOMES = {
    "open": _("silence is running"),
    "agreed": _("silence has held"),
    "broken": _("silence was broken"),
    "withdrawn": _("withdrawn"),
}
HOW = {"silence": _("under silence"), "council": _("in a meeting of a council")}
WHY_RETURNED = {
    "broken": _("silence was broken"),
    "withdrawn": _("the circulation was withdrawn"),
    "taken_back": _("the text was taken back"),
}
SIDES = {"party": _("the partner"), "organisation": _("the organisation")}


def may_become(state: str, following: str) -> bool:
    """Whether an arrow leads from one state to another."""
    return following in ARROWS.get(state, frozenset())
