"""Entries of the menu: drafted, offered, approved or returned, revised, retired."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import DatabaseError, transaction

from comity.activities.acts import activities, editions
from comity.activities.models import Activity
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import ChangedMeanwhile, NotFound, NotPermitted
from comity.kernel.tables import constraint_of
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import AUDITOR, LAKE_CENTRE, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA_CONTACT, PROVIDER

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
WHOLE = {
    "title": "Cyber course",
    "kind": "course",
    "area": "cyber defence",
    "provider": "Lakeland Training Centre",
    "starts": PartialDate("2027-03"),
    "seats": 20,
}


@pytest.fixture
def drafted(call):
    return activities.draft(call, dict(WHOLE), at=AT, by=PROVIDER)


@pytest.fixture
def offered(drafted):
    return activities.offer(drafted, at=AT, by=PROVIDER)


@pytest.mark.fault("F19")
class TestADraft:
    def test_is_kept_however_little_is_known(self, call):
        drafted = activities.draft(call, {}, at=AT, by=PROVIDER)

        assert (drafted.state, drafted.title, drafted.number) == ("draft", "", f"{LAKE_CENTRE}.0001.01")

    @pytest.mark.parametrize("filled", [{}, {"title": "Only a title"}, {"start": "2027"}, {"seats": "12"}, {"open_to": ["ALLIES"]}])
    def test_is_kept_from_the_form_with_later_fields_empty(self, call, signed_in, filled):
        menu.entry_groups()
        provider = signed_in("provider", LAKE_CENTRE)
        parts = {"part-TOTAL_FORMS": "0", "part-INITIAL_FORMS": "0"}

        answer = provider.post("/menu/2027/contribute/", filled | parts, follow=True)

        assert "Before it can be offered it still needs" in answer.content.decode()
        assert Activity.objects.get().state == "draft"

    def test_is_offered_once_it_is_complete(self, call):
        drafted = activities.draft(call, {"title": "Cyber course"}, at=AT, by=PROVIDER)

        with pytest.raises(activities.EntryIncomplete) as refused:
            activities.offer(drafted, at=AT, by=PROVIDER)
        activities.revise(drafted, WHOLE, version=1, at=AT, by=PROVIDER)

        assert str(refused.value).endswith("still needs Kind, Area, Provider, Start, Seats.")
        assert activities.offer(drafted, at=AT, by=PROVIDER).state == "offered"

    def test_with_cells_nobody_can_read_stays_in_the_form(self, call, signed_in):
        provider = signed_in("provider", LAKE_CENTRE)
        parts = {"part-TOTAL_FORMS": "0", "part-INITIAL_FORMS": "0"}

        answer = provider.post("/menu/2027/contribute/", {"title": "Kept text", "start": "soon"} | parts)

        assert answer.status_code == 422
        assert "Kept text" in answer.content.decode()
        assert "This is not a date." in answer.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "refusal"),
        [
            ({"starts": date(2027, 3, 2)}, activities.PartEndsBeforeItBegins),
            ({"start_time": time(9)}, activities.TimesNeedAZone),
        ],
    )
    def test_has_no_part_that_the_law_forbids(self, call, wrong, refusal):
        part = {"kind": "online", "starts": date(2027, 3, 1), "ends": date(2027, 3, 1)}

        with pytest.raises(refusal):
            activities.draft(call, dict(WHOLE), parts=[part | wrong], at=AT, by=PROVIDER)
        activities.draft(call, dict(WHOLE), parts=[part], at=AT, by=PROVIDER)

        assert Activity.objects.get().parts.count() == 1

    def test_has_parts_at_times_in_a_zone(self, call, signed_in):
        provider = signed_in("provider", LAKE_CENTRE)
        part = {"kind": "online", "starts": "2027-03-01", "ends": "2027-03-02", "start_time": "09:00", "end_time": "12:00"}
        form = {f"part-0-{n}": v for n, v in part.items()} | {"part-TOTAL_FORMS": "1", "part-INITIAL_FORMS": "0"}

        without = provider.post("/menu/2027/contribute/", form)
        provider.post("/menu/2027/contribute/", form | {"part-0-zone": "Asia/Tbilisi"})

        assert "Times need a time zone" in without.content.decode()
        assert Activity.objects.get().parts.get().zone == "Asia/Tbilisi"


class TestTheWayIntoTheMenu:
    def test_is_draft_offered_approved(self, offered):
        approved = activities.approve(offered, at=AT, by=MENU_MANAGER)

        assert (approved.state, approved.decided_by, approved.version) == ("approved", "menu_manager", 3)
        acts = ["activity.drafted", "activity.offered", "activity.approved"]
        assert [e.act for e in Entry.objects.order_by("id") if e.kind == "activities.activity"] == acts

    def test_may_go_back_once_with_a_reason(self, offered):
        with pytest.raises(editions.ReasonMissing):
            activities.return_(offered, reason=" ", at=AT, by=MENU_MANAGER)

        returned = activities.return_(offered, reason="Say what level.", at=AT, by=MENU_MANAGER)
        again = activities.offer(returned, at=AT, by=PROVIDER)

        assert (again.state, again.reason, again.decided_at) == ("offered", "", None)

    def test_no_step_is_taken_from_the_wrong_state(self, drafted):
        with pytest.raises(activities.NotForThisState) as refused:
            activities.approve(drafted, at=AT, by=MENU_MANAGER)
        with pytest.raises(activities.NotForThisState):
            activities.return_(drafted, reason="No.", at=AT, by=MENU_MANAGER)

        assert str(refused.value) == f"{drafted.number} is in the state “draft”; this cannot be done to it."

    def test_only_the_manager_decides(self, offered):
        for act in (activities.approve, lambda a, **k: activities.return_(a, reason="x", **k)):
            with pytest.raises(NotPermitted):
                act(offered, at=AT, by=PROVIDER)

    def test_is_walked_by_buttons(self, offered, manager):
        address = f"/menu/2027/{offered.number}/"

        for act, state in (("return", "returned"), ("offer", "offered"), ("approve", "approved"), ("retire", "retired")):
            assert manager.post(f"{address}{act}/", {"reason": "Because."}).status_code == 302
            assert Activity.objects.get().state == state
        assert manager.post(f"{address}explode/", {}).status_code == 404
        assert manager.post(f"{address}approve/", {}).status_code == 409


class TestApprovingInBulk:
    def test_approves_as_many_as_were_shown(self, call):
        for _ in range(3):
            menu.activity(call, state="offered")
        menu.activity(call, state="draft")

        assert activities.approve_all(call, shown=3, at=AT, by=MENU_MANAGER) == 3
        assert Activity.objects.filter(state="approved", version=2).count() == 3
        assert Entry.objects.first().facts == {"approved": 3}

    @pytest.mark.parametrize("shown", [0, 2, 4])
    def test_is_refused_when_it_is_another_number_now(self, call, shown):
        for _ in range(3):
            menu.activity(call, state="offered")

        with pytest.raises(activities.NothingToApprove):
            activities.approve_all(call, shown=shown, at=AT, by=MENU_MANAGER)

        assert not Activity.objects.filter(state="approved").exists()


class TestChanging:
    @pytest.mark.fault("F18")
    def test_is_refused_when_somebody_changed_it_since(self, drafted):
        activities.revise(drafted, {"title": "First"}, version=1, at=AT, by=PROVIDER)

        with pytest.raises(ChangedMeanwhile):
            activities.revise(drafted, {"title": "Second"}, version=1, at=AT, by=MENU_MANAGER)

        assert Activity.objects.get().title == "First"

    def test_a_conflict_in_the_form_keeps_what_was_typed(self, drafted, manager):
        activities.revise(drafted, {"title": "First"}, version=1, at=AT, by=PROVIDER)
        parts = {"part-TOTAL_FORMS": "0", "part-INITIAL_FORMS": "0"}

        answer = manager.post(f"/menu/2027/{drafted.number}/edit/", {"title": "My long text", "version": "1"} | parts)

        assert answer.status_code == 422
        assert "My long text" in answer.content.decode()
        assert "Somebody changed this" in answer.content.decode()

    def test_leaves_a_line_with_before_and_after(self, drafted):
        activities.revise(drafted, {"title": "Newer", "seats": 20}, version=1, at=AT, by=PROVIDER)

        assert Entry.objects.first().facts["changes"] == {"title": ["Cyber course", "Newer"]}

    def test_moves_the_computed_days_with_the_dates(self, drafted):
        changed = activities.revise(
            drafted, {"starts": PartialDate("2027-04-05"), "ends": PartialDate("2027-04-09")}, version=1, at=AT, by=PROVIDER
        )

        assert (changed.first_day.isoformat(), changed.last_day.isoformat(), changed.month) == ("2027-04-05", "2027-04-09", 4)

    def test_an_approved_entry_is_changed_by_the_manager_only(self, offered):
        activities.approve(offered, at=AT, by=MENU_MANAGER)

        with pytest.raises(activities.NotForThisState):
            activities.revise(offered, {"seats": 30}, version=3, at=AT, by=PROVIDER)
        assert activities.revise(offered, {"seats": 30}, version=3, at=AT, by=MENU_MANAGER).seats == 30

    def test_seats_below_the_minimum_are_refused_in_words(self, drafted):
        with pytest.raises(activities.Impossible):
            activities.revise(drafted, {"seats": 4, "minimum": 6}, version=1, at=AT, by=PROVIDER)

    def test_another_contributors_entry_is_not_theirs(self, offered):
        activities.approve(offered, at=AT, by=MENU_MANAGER)
        editions.publish(offered.edition, at=AT, by=MENU_MANAGER)

        with pytest.raises(activities.NotYoursToChange):
            activities.revise(offered, {"title": "Mine"}, version=3, at=AT, by=MERIDIA_CONTACT)
        with pytest.raises(NotPermitted):
            activities.revise(offered, {"title": "Mine"}, version=3, at=AT, by=AUDITOR)

    @pytest.mark.fault("F3")
    def test_what_cannot_be_seen_cannot_be_found_to_be_changed(self, drafted):
        with pytest.raises(NotFound):
            activities.offer(drafted, at=AT, by=MERIDIA_CONTACT)


@pytest.mark.fault("F21")
class TestRetiring:
    def test_is_for_good(self, offered):
        activities.retire(offered, reason="Not held.", at=AT, by=PROVIDER)

        with pytest.raises(activities.NotForThisState):
            activities.offer(offered, at=AT, by=PROVIDER)
        with pytest.raises(DatabaseError) as breach, transaction.atomic():
            Activity.objects.update(state="offered")

        assert constraint_of(breach.value) == "activity_retired_stays_retired"

    def test_of_what_is_approved_is_the_managers(self, offered):
        activities.approve(offered, at=AT, by=MENU_MANAGER)

        with pytest.raises(activities.NotForThisState):
            activities.retire(offered, reason="Not held.", at=AT, by=PROVIDER)
        assert activities.retire(offered, reason="Not held.", at=AT, by=MENU_MANAGER).state == "retired"

    @pytest.mark.parametrize("state", ["retired", "returned"])
    def test_takes_it_out_of_every_list_count_search_export_and_feed(self, world, manager, contact, state):
        edition = menu.edition()
        menu.activity(edition, title="Shown seminar")
        menu.activity(edition, title="Gone seminar", state=state)

        for browser in (manager, contact):
            for address in ("/menu/2027/", "/menu/2027/?q=seminar", "/menu/2027/?view=calendar&at=2027-03", "/menu/2027.ics"):
                shown = browser.get(address).content.decode()
                assert "Shown seminar" in shown, address
                assert "Gone seminar" not in shown, address
            lines = b"".join(browser.get("/menu/2027/export.csv").streaming_content).decode()
            assert "Gone seminar" not in lines
            assert [i["title"] for i in browser.get("/api/v1/editions/2027/activities").json()["items"]] == ["Shown seminar"]
        assert "1 activity" in contact.get("/menu/2027/").content.decode()
        assert not Activity.objects.on_offer().filter(title="Gone seminar").exists()


class TestContributing:
    @pytest.mark.parametrize(
        ("state", "takes"), [("planned", False), ("open_for_contributions", True), ("published", True), ("requests_closed", False)]
    )
    def test_is_possible_between_the_call_and_the_close_of_requests(self, world, state, takes):
        edition = menu.edition(state=state)

        if takes:
            assert activities.draft(edition, {}, at=AT, by=PROVIDER).pk
        else:
            with pytest.raises(activities.ContributionsAreClosed):
                activities.draft(edition, {}, at=AT, by=PROVIDER)

    def test_is_for_those_who_may(self, call):
        with pytest.raises(NotPermitted):
            activities.draft(call, {}, at=AT, by=AUDITOR)

    def test_gives_numbers_by_country_in_turn(self, call):
        made = [activities.draft(call, {"provider_country_id": c}, at=AT, by=LAKE_CONTACT).number for c in ("XAR", None, "XAR")]

        assert made == ["XAR.0001.01", f"{LAKELAND}.0001.01", "XAR.0002.01"]

    @pytest.mark.parametrize("number", ["est.0001.01", "EST.1.01", "EST.0001", "EST.0001.1", "EST 0001 01"])
    def test_no_other_shape_of_number_is_possible(self, call, number):
        with pytest.raises(DatabaseError) as breach, transaction.atomic():
            menu.activity(call, number=number)

        assert constraint_of(breach.value) == "activity_number_is_party_number_iteration"
