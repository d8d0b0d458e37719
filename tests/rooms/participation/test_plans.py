"""The year's part of a plan comes into the basket as drafts: compared first, applied as one, undone as one."""

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.kernel.refusals import NotPermitted
from comity.participation import jobs
from comity.participation.acts import imports, requests, rounds
from comity.participation.acts import plans as basket
from comity.participation.models import Request
from comity.plans.acts import lines
from comity.plans.models import SeatForecast
from comity.plans.queries.menu import shares
from tests.world import plans as planned
from tests.world.cast import AUDITOR, LAKELAND, MENU_MANAGER, MERIDIA_CONTACT, person, the_world
from tests.world.requests import AFTER, ASKING, activity, contact, drawn_up, edition, everybody_asks, submitted

pytestmark = pytest.mark.django_db
BY = contact()


@pytest.fixture
def year():
    """An edition that takes requests, with three courses."""
    the_world()
    made = edition()
    for number in (1, 2, 3):
        planned.course(made, number)
    return made


@pytest.fixture
def plan(year):
    """A plan that sends two people to the first course, three to the second and, in a year assumed, one to the third."""
    planned.goal(priority=1)
    made = planned.plan()
    for number, of, people in ((1, 2027, 2), (2, 2027, 3), (3, 2028, 1)):
        lines.send(made, Activity.objects.get(number=f"XHQ.{number:04}.01").pk, of, people, by=BY, at=ASKING)
    made.refresh_from_db()
    return made


def asked() -> dict[str, tuple[int | None, int | None, str]]:
    live = Request.objects.live().select_related("activity")
    return {r.activity.number: (r.places, r.priority, r.state) for r in live}


def verdicts(batch) -> dict[str, str]:
    return {row["key"].split(" ")[1]: row["verdict"] for row in batch.rows}


def test_real_activities_of_the_edition_come_in_as_drafts_with_priority_and_objective(year, plan):
    batch = basket.preview(plan, year, at=ASKING, by=BY)
    assert (verdicts(batch), asked()) == ({"XHQ.0001.01": "new", "XHQ.0002.01": "new"}, {})

    imports.apply(batch, at=ASKING, by=BY)

    assert asked() == {"XHQ.0001.01": (2, 1, "draft"), "XHQ.0002.01": (3, 1, "draft")}
    assert {r.objective.number for r in Request.objects.all()} == {1}


def test_sent_twice_nothing_changes_and_sent_after_a_change_only_that_changes(year, plan):
    imports.apply(basket.preview(plan, year, at=ASKING, by=BY), at=ASKING, by=BY)
    assert set(verdicts(basket.preview(plan, year, at=ASKING, by=BY)).values()) == {"unchanged"}

    lines.send(plan, Activity.objects.get(number="XHQ.0001.01").pk, 2027, 4, by=BY, at=ASKING)
    plan.refresh_from_db()
    batch = basket.preview(plan, year, at=ASKING, by=BY)
    assert verdicts(batch) == {"XHQ.0001.01": "changed", "XHQ.0002.01": "unchanged"}
    imports.apply(batch, at=ASKING, by=BY)
    assert asked()["XHQ.0001.01"] == (4, 1, "draft")
    imports.undo(batch, at=ASKING, by=BY)
    assert asked()["XHQ.0001.01"] == (2, 1, "draft")


def test_what_was_sent_is_undone_while_it_is_a_draft_and_not_after(year, plan):
    batch = imports.apply(basket.preview(plan, year, at=ASKING, by=BY), at=ASKING, by=BY)
    requests.submit(Request.objects.get(activity__number="XHQ.0001.01"), by=BY, at=ASKING)
    with pytest.raises(imports.ChangedSinceApplied):
        imports.undo(batch, at=ASKING, by=BY)


def test_what_is_submitted_stays_as_it_is_and_what_is_barred_stays_out(year, plan):
    imports.apply(basket.preview(plan, year, at=ASKING, by=BY), at=ASKING, by=BY)
    requests.submit(Request.objects.get(activity__number="XHQ.0001.01"), by=BY, at=ASKING)
    lines.send(plan, Activity.objects.get(number="XHQ.0001.01").pk, 2027, 5, by=BY, at=ASKING)
    Request.objects.filter(activity__number="XHQ.0002.01").update(
        state="withdrawn", withdrawn_at=ASKING, withdrawn_by="x", version=2
    )
    Activity.objects.filter(number="XHQ.0002.01").update(closed_to_parties=[LAKELAND])
    plan.refresh_from_db()

    batch = basket.preview(plan, year, at=ASKING, by=BY)

    assert verdicts(batch) == {"XHQ.0001.01": "rejected", "XHQ.0002.01": "rejected"}
    assert "submitted already" in str(batch.rows[0]["faults"])
    imports.apply(batch, at=ASKING, by=BY)
    assert asked() == {"XHQ.0001.01": (2, 1, "submitted")}


def test_a_plan_without_that_year_sends_nothing(year, plan):
    for number in (1, 2):
        lines.send(plan, Activity.objects.get(number=f"XHQ.{number:04}.01").pk, 2027, 0, by=BY, at=ASKING)
    with pytest.raises(basket.NothingOfThatYear):
        basket.preview(plan, year, at=ASKING, by=BY)


@pytest.mark.fault("F3", "F7")
def test_nobody_sends_the_plan_of_another(year, plan, client):
    with pytest.raises(NotPermitted):
        basket.preview(plan, year, at=ASKING, by=AUDITOR)
    with pytest.raises(basket.NothingOfThatYear):
        basket.preview(plan, year, at=ASKING, by=MERIDIA_CONTACT)
    client.force_login(person("zoe", Role.POINT_OF_CONTACT, of="XME"))
    assert client.post("/requests/from-plan/", {"plan": plan.pk, "year": 2027}).status_code == 404
    client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
    answer = client.post("/requests/from-plan/", {"plan": plan.pk, "year": 2027}, follow=True)
    assert "Cyber course 1" in answer.content.decode()
    assert client.post("/requests/from-plan/", {"plan": "x", "year": 2027}).status_code == 404


class TestForecasts:
    @pytest.fixture
    def published(self, db):
        """A round in which six parties asked for three places each of ten."""
        the_world()
        made = edition()
        everybody_asks(activity(made, area_key="cyber-defence"))
        everybody_asks(activity(made, 2, area_key="logistics", seats=30))
        drawn = drawn_up(made)
        return rounds.publish(drawn, by=MENU_MANAGER, at=AFTER)

    def test_a_published_round_tells_planners_the_share_that_was_granted(self, published):
        for _time in range(2):
            jobs.forecast_published(str(published.pk))
        assert {(f.area_key, f.asked, f.granted) for f in SeatForecast.objects.all()} == {
            ("cyber-defence", 18, 10),
            ("logistics", 18, 18),
        }
        assert shares(seen_by=BY)["logistics", "course"] == 1.0

    def test_it_says_nothing_of_what_fewer_than_three_parties_asked_for(self, db):
        the_world()
        made = edition()
        for code in (LAKELAND, "XME"):
            submitted(activity(made, area_key="cyber-defence") if code == LAKELAND else Activity.objects.get(), code)
        published = rounds.publish(drawn_up(made), by=MENU_MANAGER, at=AFTER)
        assert basket.forecast(published, at=AFTER, by=MENU_MANAGER) == 0
        with pytest.raises(NotPermitted):
            basket.forecast(published, at=AFTER, by=BY)
        assert not SeatForecast.objects.exists()
