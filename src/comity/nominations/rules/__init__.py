"""What follows from a person, an activity or a waiting list without asking anybody; and the words for how things stand."""

from comity.kernel.words import _

STATES: dict[str, str] = {
    "collected": _("Collected"),
    "endorsed": _("Endorsed"),
    "put_forward": _("Put forward"),
    "accepted": _("Accepted"),
    "reserve": _("On the reserve list"),
    "offered": _("Offered a seat"),
    "declined": _("Declined by the organiser"),
    "lapsed": _("Lapsed"),
    "withdrawn": _("Withdrawn"),
}
TONES: dict[str, str] = {
    "collected": "none",
    "endorsed": "calm",
    "put_forward": "calm",
    "accepted": "good",
    "reserve": "warn",
    "offered": "warn",
    "declined": "bad",
    "lapsed": "none",
    "withdrawn": "none",
}
STEPS: dict[str, str] = {
    "joined": _("Joined"),
    "moved_up": _("Moved up"),
    "skipped": _("Skipped"),
    "offered": _("Offered"),
    "taken": _("Taken"),
    "refused": _("Refused"),
    "expired": _("Expired"),
    "released": _("Released"),
    "left": _("Left the list"),
}
RANKS: dict[str, str] = {
    "OR-1-4": _("Other ranks, OR-1 to OR-4"),
    "OR-5-9": _("Other ranks, OR-5 to OR-9"),
    "WO": _("Warrant officer"),
    "OF-1": _("Officer, OF-1"),
    "OF-2": _("Officer, OF-2"),
    "OF-3": _("Officer, OF-3"),
    "OF-4": _("Officer, OF-4"),
    "OF-5": _("Officer, OF-5"),
    "OF-6-10": _("General or flag officer, OF-6 to OF-10"),
    "CIV": _("Civilian"),
}
GENDERS: dict[str, str] = {"": _("Not said"), "woman": _("Woman"), "man": _("Man"), "other": _("Other")}
CLEARANCES: dict[str, str] = {
    "": _("None"),
    "restricted": _("Restricted"),
    "confidential": _("Confidential"),
    "secret": _("Secret"),
    "top_secret": _("Top secret"),
}
# What can be done with a selection of people, as its button says.
MOVES: dict[str, str] = {
    "endorse": _("Endorse"),
    "put_forward": _("Put forward"),
    "withdraw": _("Withdraw"),
    "tie": _("Tie into a team"),
    "accept": _("Accept"),
    "decline": _("Ask for a substitute"),
    "take": _("Take the seat"),
    "refuse": _("Refuse the seat"),
}
