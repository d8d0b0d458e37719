"""The state machine of the year: every act tried in every state, and what each answers."""

from collections.abc import Callable

import pytest

from comity.activities.acts import editions
from comity.activities.models import Activity, Edition
from comity.kernel.refusals import Refusal
from comity.participation.acts import allocations, places, requests, rounds
from comity.participation.models import Request, Round
from tests.world.cast import LAKE_CONTACT, MENU_MANAGER, MERIDIA_CONTACT, the_world
from tests.world.requests import AFTER, ASKING, DEADLINE, activity, drawn_up, edition, rule, submitted

pytestmark = pytest.mark.django_db


class Year:
    """One edition brought to a state, with a submitted request, a draft and, where there is one, a round."""

    def __init__(self, state: str) -> None:
        the_world()
        self.state = state
        self.edition: Edition = edition()
        self.course: Activity = activity(self.edition)
        self.free: Activity = activity(self.edition, 2)
        self.submitted: Request = submitted(self.course)
        self.draft: Request = requests.ask(self.free, by=LAKE_CONTACT, at=ASKING)
        self.now = ASKING if state == "open" else AFTER
        self.round: Round | None = None
        if state in ("closed", "ordered"):
            self.edition = editions.close_requests(self.edition, at=DEADLINE, by=MENU_MANAGER)
        if state == "ordered":
            self.round = rounds.order(self.edition, rule=rule(), by=MENU_MANAGER, at=AFTER)
        if state in ("drawn up", "published", "set aside"):
            self.round = drawn_up(self.edition)
        if state == "published":
            rounds.publish(self.round, by=MENU_MANAGER, at=AFTER)
        if state == "set aside":
            rounds.set_aside(self.round, by=MENU_MANAGER, at=AFTER)


MENU, CONTACT = {"by": MENU_MANAGER}, {"by": LAKE_CONTACT}
ACTS: dict[str, Callable[[Year], object]] = {
    "ask": lambda y: requests.ask(y.course, at=y.now, by=MERIDIA_CONTACT),
    "change": lambda y: requests.change(y.submitted, places=2, at=y.now, **CONTACT),
    "submit": lambda y: requests.submit(y.draft, at=y.now, **CONTACT),
    "submit all": lambda y: requests.submit_all(y.edition, at=y.now, **CONTACT),
    "withdraw": lambda y: requests.withdraw(y.submitted, at=y.now, **CONTACT),
    "order": lambda y: rounds.order(y.edition, rule=rule(), at=y.now, **MENU),
    "simulate": lambda y: rounds.order(y.edition, rule=rule(), simulation=True, at=y.now, **MENU),
    "draw up": lambda y: allocations.draw_up(y.round, at=y.now, **MENU) if y.round else None,
    "publish": lambda y: rounds.publish(y.round, at=y.now, **MENU) if y.round else None,
    "set aside": lambda y: rounds.set_aside(y.round, at=y.now, **MENU) if y.round else None,
    "replay": lambda y: allocations.replay(y.round, **MENU) if y.round else None,
    "take": lambda y: places.take(y.submitted, 1, at=y.now, **CONTACT),
}
# For each state, the acts that go through; every other one is refused in words.
ALLOWED: dict[str, set[str]] = {
    "open": {"ask", "change", "submit", "submit all", "withdraw", "simulate"},
    "past the deadline": {"order", "simulate"},
    "closed": {"order", "simulate"},
    "ordered": {"order", "simulate", "draw up", "set aside"},
    "drawn up": {"order", "simulate", "publish", "set aside", "replay"},
    "published": {"simulate", "replay"},
    "set aside": {"order", "simulate", "replay"},
}
NEEDS_A_ROUND = {"draw up", "publish", "set aside", "replay"}
HAS_A_ROUND = {"ordered", "drawn up", "published", "set aside"}
PAIRS = [(s, a) for s in ALLOWED for a in ACTS if s in HAS_A_ROUND or a not in NEEDS_A_ROUND]


@pytest.mark.fault("F16", "F21")
@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_each_act_in_each_state_goes_through_or_is_refused_in_words(state, act):
    year = Year(state)

    if act in ALLOWED[state]:
        ACTS[act](year)
        return
    with pytest.raises(Refusal) as refused:
        ACTS[act](year)
    assert len(str(refused.value)) > 10
    assert "{" not in str(refused.value)


def test_nothing_is_submitted_late_by_submitting_all(django_assert_max_num_queries):
    year = Year("past the deadline")
    with pytest.raises(requests.TooLate):
        requests.submit_all(year.edition, at=year.now, by=LAKE_CONTACT)
    assert Request.objects.get(pk=year.draft.pk).state == "draft"
