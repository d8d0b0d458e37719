"""What delegations and providers are told of nominations: by the number of the person, never by name."""

from datetime import datetime

from django.urls import reverse

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.nominations.models import Nomination, NominationState
from comity.notices.acts import notices
from comity.trail.models import Entry

PROVIDERS, DELEGATION = (Role.PROVIDER, Role.POINT_OF_CONTACT), (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)
FORWARD = "nominations.put-forward"
MESSAGES: dict[str, str] = {
    FORWARD: _("People put forward for “{title}”: {people}. Accept them or ask for a substitute."),
    "nominations.endorsed": _("Endorsed for “{title}”: {people}. They can be put forward."),
    "nominations.accepted": _("Accepted for “{title}”: {people}."),
    "nominations.declined": _("For “{title}” the organiser asks for a substitute instead of: {people}."),
    "nominations.moved-up": _("A seat of yours at “{title}” became free and went to your next choice: {people}."),
    "nominations.offered": _("A seat at “{title}” is offered to: {people}. Take or refuse it while it is held."),
    "nominations.expired": _("The offer of a seat at “{title}” was not taken in time: {people}."),
    "seats.released": _("Granted seats at “{title}” for which nobody was put forward went back: {seats}."),
}


def told(done: Entry, *, by: Actor, at: datetime) -> int:
    """Tell those whom an act concerns, once for its line in the trail; how many people were told."""
    activity = Activity.objects.get(pk=int(done.subject))
    party = (activity.provider_party_id or "") if done.act == FORWARD else done.about_party
    if not party:
        return 0
    held = Nomination.objects.filter(activity=activity, party=party, state=NominationState.OFFERED).first()
    due = held.held_until.date() if done.act == "nominations.offered" and held and held.held_until else None
    return notices.tell(
        "nominations", f"nominations:{done.pk}", Sentence(MESSAGES[done.act], {"title": activity.title, **done.facts}),
        link=reverse("nominations_activity", args=[activity.number]), party=party,
        roles=PROVIDERS if done.act == FORWARD else DELEGATION, about=done.about_party, due_on=due, by=by, at=at,
    )  # fmt: skip
