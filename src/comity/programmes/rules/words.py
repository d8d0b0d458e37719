"""The words for what the room keeps as keys: states, kinds, steps, sides."""

from comity.kernel.words import _

STATES = {
    "recorded": _("Recorded"),
    "drafting": _("Being drafted"),
    "in_force": _("In force"),
    "expired": _("Expired"),
    "replaced": _("Replaced"),
    "terminated": _("Terminated"),
}
STATE_TONES = {
    "recorded": "calm",
    "drafting": "warn",
    "in_force": "good",
    "expired": "none",
    "replaced": "none",
    "terminated": "bad",
}
BINDING = {"binding": _("Binding in law"), "not_binding": _("Not binding in law"), "unknown": _("Not known")}
GOAL_STEPS = {
    "new": _("New"),
    "carried_over": _("Carried over"),
    "merged": _("Merged"),
    "split": _("Split"),
    "completed": _("Completed"),
    "dropped": _("Dropped"),
    "title_only": _("Title only: classified elsewhere"),
}
CHOICES = {
    "carried_over": _("Carry over"),
    "merged": _("Merge into another goal"),
    "split": _("Split in two"),
    "completed": _("It is completed"),
    "dropped": _("Drop it"),
}
MILESTONES = {"open": _("Open"), "met": _("Met"), "missed": _("Missed"), "dropped": _("Dropped")}
MILESTONE_TONES = {"open": "calm", "met": "good", "missed": "bad", "dropped": "none"}
SUPPORTS = {"activity": _("Activity of the menu"), "trust_fund": _("Trust fund"), "evaluation": _("Evaluation")}

# The steps that a type may name, in their order; reviews themselves are a room above.
REVIEW_STEPS = {
    "self_assessment": _("Self-assessment"),
    "staff_assessment": _("Staff assessment"),
    "bilateral_talks": _("Bilateral talks"),
    "review_meeting": _("Review meeting"),
    "outcome": _("Outcome"),
}
