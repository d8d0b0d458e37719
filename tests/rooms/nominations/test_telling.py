"""What delegations and providers are told: once, in their inbox, by number and never by name."""

import pytest

from comity.accounts.rules import Role
from comity.nominations import jobs
from comity.nominations.acts import answers, nominations, policies, reserve, telling
from comity.nominations.models import Nomination
from comity.notices.models import Notice
from comity.trail.models import Entry
from tests.house import discover
from tests.rooms.nominations.test_reserve import RELEASE
from tests.world import cast
from tests.world.cast import ADMINISTRATOR, LAKE_CENTRE, LAKELAND, MERIDIA, PROVIDER
from tests.world.nominations import NOW, asked, contact, course, head, nominated

pytestmark = pytest.mark.django_db


def told(by_act: str) -> list[tuple[str, str]]:
    """Who was told of the newest line of an act, and in which words."""
    entry = Entry.objects.filter(act=by_act).latest("pk")
    jobs.tell(subject=entry.subject, entry=entry.pk)
    assert jobs.tell(subject=entry.subject, entry=entry.pk) == 0
    found = Notice.objects.filter(key=f"nominations:{entry.pk}").order_by("pk")
    return [(n.recipient.login, str(n.sentence)) for n in found]


@pytest.mark.fault("F3", "F26", "F30")
def test_each_side_is_told_of_the_others_step_once_and_without_names():
    policies.publish_all(discover.ROOT / "packs" / "nato", by=ADMINISTRATOR, at=NOW)
    request = asked(course())
    for login, role, of in (
        ("mara", Role.POINT_OF_CONTACT, LAKELAND), ("zoe", Role.POINT_OF_CONTACT, MERIDIA), ("petra", Role.PROVIDER, LAKE_CENTRE),
    ):  # fmt: skip
        cast.person(login, role, of=of)
    mine = [nominated(request, n) for n in (1, 2, 3)]

    nominations.endorse(mine, by=head(), at=NOW)
    assert [login for login, _words in told("nominations.endorsed")] == ["mara"]
    nominations.put_forward(mine, by=contact(), at=NOW)
    assert told("nominations.put-forward")[0][0] == "petra"
    answers.accept(mine[:1], by=PROVIDER, at=NOW)
    assert told("nominations.accepted") == [("mara", "Accepted for “Course 1”: XLA-00001.")]
    answers.decline(mine[1:2], reason="Ann Cedar was there.", by=PROVIDER, at=NOW)
    assert told("nominations.declined")[0][0] == "mara"
    assert told("nominations.moved-up")[0][0] == "mara"
    waiting = nominated(asked(request.activity, MERIDIA, granted=0), state="reserve")
    nominations.withdraw(Nomination.objects.filter(party=LAKELAND, state="put_forward"), by=contact(), at=NOW)
    reserve.turn(by=jobs.THE_DESK, at=RELEASE)
    assert told("nominations.offered")[0][0] == "zoe"
    assert told("seats.released") == [("mara", "Granted seats at “Course 1” for which nobody was put forward went back: 1.")]
    reserve.turn(by=jobs.THE_DESK, at=Nomination.objects.get(pk=waiting.pk).held_until)
    assert told("nominations.expired")[0][0] == "zoe"

    said = " ".join(map(str, Notice.objects.values_list("message", "facts")))
    assert "Ann" not in said
    assert "Cedar" not in said
    assert set(telling.MESSAGES) == set(jobs.follows)
