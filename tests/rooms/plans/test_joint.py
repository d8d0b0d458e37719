"""Plans for all parties: ordered by the desk, worked out as one so that they do not overbook, each seen by its own party."""

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.kernel.refusals import NotFound, NotPermitted
from comity.plans import jobs, queries
from comity.plans.acts import joint, limits, lines, plans
from comity.plans.models import JointPlan, Plan
from tests.world import menu
from tests.world.cast import DESK_OFFICER, GULFLAND, HEADQUARTERS, LAKELAND, MERIDIA, MERIDIA_CONTACT, person, the_world
from tests.world.plans import course, goal, plan
from tests.world.requests import ASKING, contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    """An edition whose only course has two seats and runs before the deadline; two parties want ten units each."""
    the_world()
    made = menu.edition(2027)
    course(made, 1, seats=2)
    course(made, 2, seats=40)
    goal(deadline="2027")
    goal(MERIDIA, deadline="2027")
    return made


def ordered(name: str = "Spring proposal") -> JointPlan:
    return joint.order(name, by=DESK_OFFICER, at=ASKING)


def people(of: str) -> dict[str, int]:
    found = Plan.objects.get(party=of, state="proposed")
    return {n.activity.number: n.people for n in found.lines.select_related("activity")}


def test_each_party_with_goals_gets_a_variant_and_together_they_do_not_overbook(year):
    made = ordered()
    for _time in range(2):
        jobs.work_out_together_ordered(str(made.pk))
    made.refresh_from_db()
    assert (made.state, made.parties, made.left_out) == ("done", 2, {})
    assert people(LAKELAND).get("XHQ.0001.01", 0) + people(MERIDIA).get("XHQ.0001.01", 0) <= 2
    for code in (LAKELAND, MERIDIA):
        variant = Plan.objects.get(party=code)
        assert (variant.name, variant.outcome["coverage"], variant.proof["how"]) == ("Spring proposal", 100.0, "together")
    with pytest.raises(plans.AlreadyWorkedOut):
        plans.work_out_together(made, by=DESK_OFFICER, at=ASKING)


def test_what_a_party_fixed_stays_and_its_draft_is_left_alone(year):
    begun = plan()
    lines.send(begun, Activity.objects.get(number="XHQ.0001.01").pk, 2028, 1, by=contact(), at=ASKING)
    jobs.work_out_together_ordered(str(ordered().pk))
    variant = Plan.objects.get(party=LAKELAND, state="proposed")
    assert ("fixed", 2028) in variant.lines.values_list("state", "year")
    assert begun.lines.count() == 1
    limits.restore(variant, by=contact(), at=ASKING)
    assert Plan.objects.get(pk=begun.pk).outcome["coverage"] == 100.0


def test_a_party_without_a_draft_takes_the_proposal_as_its_first(year):
    jobs.work_out_together_ordered(str(ordered().pk))
    kept = limits.restore(Plan.objects.get(party=MERIDIA), by=MERIDIA_CONTACT, at=ASKING)
    assert (kept.state, kept.outcome["coverage"]) == ("draft", 100.0)


def test_who_cannot_be_planned_for_is_left_out_and_named(year):
    Activity.objects.update(closed_to_parties=[GULFLAND])
    goal(GULFLAND)
    made = ordered()
    jobs.work_out_together_ordered(str(made.pk))
    made.refresh_from_db()
    assert (made.parties, list(made.left_out)) == (2, [GULFLAND])


def test_they_are_ordered_one_at_a_time_under_a_name_of_their_own(year):
    with pytest.raises(limits.NameMissing):
        ordered("  ")
    made = ordered()
    with pytest.raises(joint.OthersAtWork):
        ordered("Another")
    jobs.work_out_together_ordered(str(made.pk))
    with pytest.raises(limits.NameIsTaken):
        ordered()


def test_a_fault_is_told(year, monkeypatch):
    def crash(*_given: object, **_more: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("planning.many", crash)
    made = ordered()
    with pytest.raises(MemoryError):
        jobs.work_out_together_ordered(str(made.pk))
    made.refresh_from_db()
    assert (made.state, made.fault) == ("failed", "MemoryError: no room")
    assert joint.fail(made, "again", by=DESK_OFFICER, at=ASKING).fault == "MemoryError: no room"


@pytest.mark.fault("F3")
def test_only_the_desk_orders_and_sees_the_whole_and_each_party_sees_its_own(year, client):
    made = ordered()
    for act in (
        lambda: joint.order("x", by=MERIDIA_CONTACT, at=ASKING),
        lambda: joint.fail(made, "x", by=MERIDIA_CONTACT, at=ASKING),
    ):
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(NotFound):
        queries.joint_plan(made.pk, seen_by=MERIDIA_CONTACT)
    client.force_login(person("desk", Role.DESK_OFFICER, of=HEADQUARTERS))
    assert "Spring proposal" in client.get(f"/programmes/together/{made.pk}/").content.decode()
    assert "Waiting for a worker" in client.get("/programmes/plans/").content.decode()
    jobs.work_out_together_ordered(str(made.pk))
    assert client.get(f"/programmes/together/{made.pk}/").status_code == 302
    told = client.get(f"/programmes/together/{made.pk}/", headers={"HX-Request": "true"})
    assert told["HX-Redirect"] == "/programmes/plans/"
    assert client.post("/programmes/plans/", {"name": "Spring proposal"}).status_code == 422
    assert client.post("/programmes/plans/", {"name": "Autumn proposal"}).status_code == 302
    shown = queries.plans(seen_by=MERIDIA_CONTACT)
    assert [p.party_id for p in shown] == [MERIDIA]
