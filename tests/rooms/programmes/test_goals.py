"""Goals: set, changed and retired by the own party or the staff; as sheets compared, applied and undone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comity.accounts.rules import Role
from comity.exchange import sheets
from comity.exchange.batches import differences
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import ChangedMeanwhile, NotFound, NotPermitted
from comity.programmes import queries
from comity.programmes.acts import goals, imports
from comity.programmes.acts.objectives import TitleMissing
from comity.programmes.models import Goal
from comity.programmes.queries import imports as sheet
from comity.trail.models import Entry
from tests.world.cast import AUDITOR, DESK_OFFICER, LAKELAND, MERIDIA, MERIDIA_CONTACT, PROVIDER, party, person, the_world
from tests.world.plans import area, goal, objective
from tests.world.requests import ASKING, breaking, contact

pytestmark = pytest.mark.django_db
BY = contact()


@pytest.fixture
def kept():
    """A goal of Lakeland."""
    the_world()
    return goal()


class TestGoals:
    def test_a_goal_is_set_once_under_its_number(self, kept):
        assert (Entry.objects.first().act, str(kept.title), kept.is_live) == ("goal.set", "Goal 1", True)
        with pytest.raises(goals.GoalNumberIsTaken):
            goal()

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"number": 0}, goals.GoalsAreCountedFromOne),
            ({"title_en": ""}, TitleMissing),
            ({"units": 0}, goals.GoalNeedsUnits),
            ({"deadline": PartialDate()}, goals.GoalNeedsADeadline),
            ({"priority": 4}, goals.NoSuchPriority),
        ],
    )
    def test_it_says_what_and_how_much_by_when(self, kept, wrong, refusal):
        with pytest.raises(refusal):
            goal(**{"number": 2, **wrong})

    @pytest.mark.fault("F7")
    def test_it_serves_an_objective_of_its_own_party(self, kept):
        with pytest.raises(NotFound):
            goal(number=2, objective=objective(MERIDIA))
        with pytest.raises(NotFound):
            goals.change(kept, objective=objective(MERIDIA), by=BY, at=ASKING)
        with breaking("goal_serves_an_objective_of_its_party"):
            Goal.objects.update(objective=objective(MERIDIA))

    def test_it_is_changed_by_whoever_read_the_newest_version(self, kept):
        changed = goals.change(kept, version=1, units=12, by=DESK_OFFICER, at=ASKING)
        assert (changed.units, changed.version) == (12, 2)
        with pytest.raises(ChangedMeanwhile):
            goals.change(kept, version=1, units=13, by=BY, at=ASKING)
        with pytest.raises(goals.GoalNeedsUnits):
            goals.change(kept, units=0, by=BY, at=ASKING)

    @pytest.mark.fault("F21")
    def test_it_is_retired_once_with_a_reason(self, kept):
        with pytest.raises(goals.RetiringNeedsAReason):
            goals.retire(kept, reason=" ", by=BY, at=ASKING)
        assert not goals.retire(kept, reason="Reached otherwise", by=BY, at=ASKING).is_live
        with pytest.raises(goals.GoalIsRetired):
            goals.change(kept, units=3, by=BY, at=ASKING)
        assert not Goal.objects.live().exists()

    @pytest.mark.fault("F3", "F7")
    def test_only_the_own_party_and_the_staff_set_change_and_see_it(self, kept):
        for who in (MERIDIA_CONTACT, PROVIDER):
            with pytest.raises(NotPermitted):
                goals.set_goal(
                    party(LAKELAND), objective=kept.objective, number=3, title_en="x", area=area(), tier="beginner", units=1,
                    deadline=PartialDate("2028"), by=who, at=ASKING,
                )  # fmt: skip
            with pytest.raises(NotFound):
                goals.change(kept, units=1, by=who, at=ASKING)
            with pytest.raises(NotFound):
                queries.goal(kept.pk, seen_by=who)
        with pytest.raises(NotPermitted):
            goals.retire(kept, reason="x", by=AUDITOR, at=ASKING)
        assert queries.goal(kept.pk, seen_by=AUDITOR) == kept


def handed_in(*rows: str):
    return sheets.read("\n".join((",".join(sheet.COLUMNS), *rows)).encode(), "goals.csv", expect=sheet.COLUMNS)


NEW = "2,1,More courses,Plus de cours,cyber-defence,advanced,20,2029-06,3"
SAME = "1,1,Goal 1,,Cyber defence,beginner,10,2028,1"


class TestSheets:
    def test_rows_are_new_changed_unchanged_or_rejected_with_all_their_reasons(self, kept):
        rows = sheet.compare(party(LAKELAND), handed_in(NEW, SAME, "3,9,,x,nothing,master,0,soon,7", NEW), seen_by=BY)
        assert [r.verdict for r in rows] == ["new", "unchanged", "rejected", "rejected"]
        assert [f.column for f in rows[2].faults] == ["objective", "title_en", "area", "tier", "units", "deadline", "priority"]
        assert [f.column for f in rows[3].faults] == ["number"]

    def test_a_sheet_is_applied_as_one_and_undone_as_one(self, kept):
        batch = imports.preview(party(LAKELAND), handed_in(NEW, SAME.replace(",10,", ",11,")), at=ASKING, by=BY)
        assert Goal.objects.count() == 1
        batch = imports.apply(batch, at=ASKING, by=BY)
        assert {(g.number, g.units, g.tier) for g in Goal.objects.all()} == {(1, 11, "beginner"), (2, 20, "advanced")}
        assert [r.verdict for r in differences(batch)] == ["new", "changed"]
        imports.undo(batch, at=ASKING, by=BY)
        assert {(g.number, g.units) for g in Goal.objects.live()} == {(1, 10)}
        assert Goal.objects.get(number=2).reason == imports.UNDONE

    def test_neither_applying_nor_undoing_takes_away_somebody_elses_work(self, kept):
        batch = imports.preview(party(LAKELAND), handed_in(SAME.replace(",10,", ",11,")), at=ASKING, by=BY)
        goals.change(kept, units=12, by=DESK_OFFICER, at=ASKING)
        with pytest.raises(imports.GoalsChangedSince):
            imports.apply(batch, at=ASKING, by=BY)
        batch = imports.apply(imports.preview(party(LAKELAND), handed_in(NEW), at=ASKING, by=BY), at=ASKING, by=BY)
        goals.change(Goal.objects.get(number=2), units=12, by=DESK_OFFICER, at=ASKING)
        with pytest.raises(imports.GoalsChangedSince):
            imports.undo(batch, at=ASKING, by=BY)

    def test_what_is_taken_away_can_be_handed_in_again(self, kept, client):
        client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
        taken = b"".join(client.get("/programmes/goals/export.csv").streaming_content)
        answer = client.post("/programmes/goals/import/XLA/", {"sheet": SimpleUploadedFile("g.csv", taken)}, follow=True)
        assert "No difference" in answer.content.decode()
        changed = SimpleUploadedFile("g.csv", taken.replace(b",10,", b",17,"))
        answer = client.post("/programmes/goals/import/XLA/", {"sheet": changed}, follow=True)
        address = answer.redirect_chain[-1][0]
        client.post(address, {"apply": "1"})
        assert Goal.objects.get().units == 17
        client.post(address, {"undo": "1"})
        assert Goal.objects.get().units == 10
        broken = client.post("/programmes/goals/import/XLA/", {"sheet": SimpleUploadedFile("g.csv", b"\n")})
        assert broken.status_code == 422
        assert client.get("/programmes/goals/export.pdf").status_code == 404
        assert client.get("/programmes/goals/import/XME/").status_code == 404
        assert client.get("/programmes/goals/batches/99/").status_code == 404


class TestPages:
    def test_a_goal_is_set_changed_and_retired_on_its_pages(self, kept, client):
        client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
        given = {
            "number": 2, "objective": kept.objective_id, "title_en": "Other aim", "title_fr": "", "area": kept.area_id,
            "tier": "advanced", "units": 5, "deadline": "2029-13", "priority": 2,
        }  # fmt: skip
        wrong = client.post("/programmes/goals/new/XLA/", given)
        assert (wrong.status_code, "not a year" in wrong.content.decode()) == (422, True)
        assert client.post("/programmes/goals/new/XLA/", {**given, "number": 1, "deadline": "2029"}).status_code == 422
        client.post("/programmes/goals/new/XLA/", {**given, "deadline": "2029-06"})
        made = Goal.objects.get(number=2)
        client.post(f"/programmes/goals/{made.pk}/", {**given, "deadline": "2029", "version": 1})
        assert Goal.objects.get(number=2).deadline.text == "2029"
        stale = client.post(f"/programmes/goals/{made.pk}/", {**given, "deadline": "2028", "version": 1})
        assert stale.status_code == 422
        client.post(f"/programmes/goals/{made.pk}/retire/", {"reason": "Not needed"})
        assert "Retired: Not needed" in client.get(f"/programmes/goals/{made.pk}/").content.decode()
        assert "Other aim" not in client.get("/programmes/goals/").content.decode()
        assert "Other aim" in client.get("/programmes/goals/?retired=1&party=xla").content.decode()

    @pytest.mark.fault("F3", "F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_the_list_takes_as_many_queries_whatever_its_rows(self, kept, client, rows, django_assert_max_num_queries):
        for number in range(2, rows + 1):
            goal(number=number)
        goal(MERIDIA, title_en="Foreign goal")
        client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
        client.get("/programmes/goals/")
        with django_assert_max_num_queries(8):
            shown = client.get("/programmes/goals/").content.decode()
        assert f"Goal {min(rows, 50)}" in shown
        assert "Foreign goal" not in shown
