"""The year of an edition: one step at a time, each dated and signed, and a deadline that is exact to the second."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from comity.activities.acts import editions
from comity.activities.models import LINE, Edition
from comity.kernel.refusals import NotPermitted
from comity.kernel.tables import constraint_of
from comity.trail.models import Entry
from tests.world import menu
from tests.world.cast import DESK_OFFICER, LAKE_CONTACT, MENU_MANAGER

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
DEADLINE = datetime(2027, 1, 15, 17, tzinfo=UTC)
STEPS = {
    "open_for_contributions": editions.open_contributions,
    "published": editions.publish,
    "requests_open": lambda e, **by: editions.open_requests(e, closing_at=DEADLINE, **by),
    "requests_closed": lambda e, at, by: editions.close_requests(e, at=max(at, DEADLINE), by=by),
    "running": editions.start,
    "closed": editions.close,
}


@pytest.mark.parametrize("state", LINE)
def test_an_edition_takes_the_next_step_and_no_other(state):
    for to, step in STEPS.items():
        Edition.objects.all().delete()
        edition = menu.edition(state=state)

        if LINE.index(to) == LINE.index(state) + 1:
            step(edition, at=AT, by=MENU_MANAGER)
            assert Edition.objects.get().state == to
        else:
            with pytest.raises(editions.NotTheNextStep):
                step(edition, at=AT, by=MENU_MANAGER)
            assert Edition.objects.get().state == state


def test_a_step_out_of_turn_is_refused_in_words():
    edition = menu.edition(state="planned")

    with pytest.raises(editions.NotTheNextStep) as refused:
        editions.publish(edition, at=AT, by=MENU_MANAGER)

    assert str(refused.value) == (
        "Edition 2027 is in the state “planned”; the next step from there is “open for contributions”, not “published”."
    )


@pytest.mark.parametrize("state", ["planned", "published", "running"])
def test_the_database_itself_lets_no_edition_go_back_or_skip(state):
    menu.edition(state="requests_open")

    with pytest.raises(DatabaseError) as breach, transaction.atomic():
        Edition.objects.update(state=state)

    assert constraint_of(breach.value) == "edition_goes_forward_one_step"


def test_each_step_is_signed_and_leaves_a_line():
    edition = menu.edition(state="closed")

    assert (edition.published_by, edition.published_at) == ("menu_manager", menu.LONG_AGO)
    assert [e.act for e in Entry.objects.order_by("id")] == [
        "edition.planned",
        "edition.opened",
        "edition.published",
        "edition.requests-opened",
        "edition.requests-closed",
        "edition.started",
        "edition.closed",
    ]


def test_a_state_without_its_signature_is_impossible():
    with pytest.raises(DatabaseError) as breach, transaction.atomic():
        Edition.objects.create(
            year=2030, title="x", zone="UTC", state="published", planned_at=AT, planned_by="x", opened_at=AT, opened_by="x"
        )

    assert constraint_of(breach.value) == "edition_published_iff_dated_and_signed"


def test_a_year_has_one_edition():
    menu.edition(state="planned")

    with pytest.raises(editions.EditionExists) as refused:
        editions.plan(2027, at=AT, by=MENU_MANAGER)

    assert str(refused.value) == "There is an edition 2027 already."


@pytest.mark.parametrize("year", [1948, 2200])
def test_an_edition_is_of_our_time(year):
    with pytest.raises(editions.NoSuchYear) as refused:
        editions.plan(year, at=AT, by=MENU_MANAGER)

    assert str(year) in str(refused.value)


def test_an_edition_has_a_zone_of_the_world():
    with pytest.raises(editions.NoSuchZone):
        editions.plan(2027, zone="Europe/Atlantis", at=AT, by=MENU_MANAGER)


def test_only_the_menu_manager_walks_the_line():
    edition = menu.edition(state="planned")

    for act in (editions.open_contributions, editions.start):
        with pytest.raises(NotPermitted):
            act(edition, at=AT, by=DESK_OFFICER)
    with pytest.raises(NotPermitted):
        editions.plan(2028, at=AT, by=DESK_OFFICER)


class TestPublishing:
    def test_waits_for_every_entry_and_says_how_many(self, call):
        menu.activity(call, state="offered")
        menu.activity(call, state="offered")
        menu.activity(call, state="draft")

        with pytest.raises(editions.EntriesAwaitDecision) as refused:
            editions.publish(call, at=AT, by=MENU_MANAGER)

        assert str(refused.value) == (
            "Edition 2027 cannot be published: 2 offered and 1 draft entries await a decision. "
            "Approve, return or retire them first."
        )

    def test_does_not_wait_for_what_was_returned_or_retired(self, call):
        for state in ("approved", "returned", "retired"):
            menu.activity(call, state=state)

        assert editions.publish(call, at=AT, by=MENU_MANAGER).state == "published"

    def test_waits_in_the_database_too(self, call):
        menu.activity(call, state="offered")

        with pytest.raises(DatabaseError) as breach, transaction.atomic():
            Edition.objects.update(state="published", published_at=AT, published_by="x")

        assert constraint_of(breach.value) == "edition_is_published_without_open_entries"


@pytest.mark.fault("F16")
class TestTheDeadline:
    @pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Europe/Brussels", "Pacific/Tongatapu"])
    def test_is_exact_to_the_second_in_every_zone(self, zone):
        deadline = datetime(2027, 1, 15, 18, tzinfo=ZoneInfo(zone))
        edition = menu.edition(closes_at=deadline, zone=zone)

        assert edition.takes_requests(deadline - timedelta(seconds=1))
        assert not edition.takes_requests(deadline)
        with pytest.raises(editions.DeadlineNotReached):
            editions.close_requests(edition, at=deadline - timedelta(seconds=1), by=MENU_MANAGER)
        editions.close_requests(edition, at=deadline, by=MENU_MANAGER)

    @pytest.mark.parametrize("fold", [0, 1])
    def test_is_exact_in_the_hour_that_comes_twice(self, fold):
        deadline = datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Brussels"), fold=fold)
        edition = menu.edition(closes_at=deadline)

        as_utc = deadline.astimezone(UTC)
        assert as_utc.hour == (0 if fold == 0 else 1)
        assert edition.takes_requests(as_utc - timedelta(seconds=1))
        assert not edition.takes_requests(as_utc)

    def test_is_told_with_its_zone(self):
        edition = menu.edition(closes_at=datetime(2027, 1, 15, 17, tzinfo=UTC))

        with pytest.raises(editions.DeadlineNotReached) as refused:
            editions.close_requests(edition, at=AT, by=MENU_MANAGER)

        assert "2027-01-15 18:00:00 Europe/Brussels" in str(refused.value)

    def test_moves_forwards_and_back_with_a_reason(self):
        edition = menu.edition(closes_at=DEADLINE)
        later, sooner = DEADLINE + timedelta(days=7), DEADLINE - timedelta(days=7)

        editions.move_deadline(edition, to=later, reason="Two delegations asked.", at=AT, by=MENU_MANAGER)
        editions.move_deadline(edition, to=sooner, reason="The hall is needed.", at=AT, by=MENU_MANAGER)

        assert Edition.objects.get().requests_close_at == sooner
        assert Entry.objects.first().facts["reason"] == "The hall is needed."

    def test_never_moves_into_the_past_but_may_fall_on_this_moment(self):
        edition = menu.edition(closes_at=DEADLINE)
        now = DEADLINE - timedelta(hours=1)

        with pytest.raises(editions.DeadlineHasPassed):
            editions.move_deadline(edition, to=now - timedelta(seconds=1), reason="Why not.", at=now, by=MENU_MANAGER)
        editions.move_deadline(edition, to=now, reason="We close now.", at=now, by=MENU_MANAGER)

        assert editions.close_requests(edition, at=now, by=MENU_MANAGER).state == "requests_closed"

    def test_does_not_move_without_a_reason_nor_after_the_close_nor_before_requests_open(self):
        edition = menu.edition(closes_at=DEADLINE)

        with pytest.raises(editions.ReasonMissing):
            editions.move_deadline(edition, to=DEADLINE, reason="  ", at=AT, by=MENU_MANAGER)
        editions.close_requests(edition, at=DEADLINE, by=MENU_MANAGER)
        with pytest.raises(editions.RequestsHaveClosed):
            editions.move_deadline(edition, to=DEADLINE, reason="Late.", at=AT, by=MENU_MANAGER)
        with pytest.raises(editions.NotTheNextStep):
            editions.move_deadline(menu.edition(2028, state="published"), to=DEADLINE, reason="Early.", at=AT, by=MENU_MANAGER)

    def test_falls_on_this_moment_where_requests_close_before_it(self):
        edition = menu.edition(closes_at=DEADLINE)

        with pytest.raises(editions.ReasonMissing):
            editions.close_requests_now(edition, reason=" ", at=AT, by=MENU_MANAGER)
        with pytest.raises(NotPermitted):
            editions.close_requests_now(edition, reason="The year is urgent.", at=AT, by=LAKE_CONTACT)
        assert Edition.objects.get().requests_close_at == DEADLINE
        editions.close_requests_now(edition, reason="The year is urgent.", at=AT, by=MENU_MANAGER)

        assert (Edition.objects.get().state, Edition.objects.get().requests_close_at) == ("requests_closed", AT)
        assert [e.act for e in Entry.objects.all()[:2]] == ["edition.requests-closed", "edition.deadline-moved"]

    def test_is_not_opened_in_the_past(self):
        edition = menu.edition(state="published")

        with pytest.raises(editions.DeadlineHasPassed):
            editions.open_requests(edition, closing_at=AT - timedelta(seconds=1), at=AT, by=MENU_MANAGER)

    def test_typed_into_a_form_is_read_in_the_zone_of_the_edition(self, manager):
        menu.edition(zone="Pacific/Tongatapu", closes_at=datetime(2127, 1, 15, 17, tzinfo=UTC))

        manager.post("/menu/2027/manage/move-deadline/", {"moment": "2127-02-01T18:00:00", "reason": "More time."})

        assert Edition.objects.get().requests_close_at == datetime(2127, 2, 1, 18, tzinfo=ZoneInfo("Pacific/Tongatapu"))

    def test_typed_into_the_hour_that_the_clocks_skip_is_refused(self, manager):
        menu.edition(closes_at=datetime(2027, 5, 15, 17, tzinfo=UTC))

        answer = manager.post("/menu/2027/manage/move-deadline/", {"moment": "2027-03-28T02:30:00", "reason": "More time."})

        assert answer.status_code == 422
        assert "skip that moment" in answer.content.decode()


class TestTheDesk:
    def test_walks_the_line_by_buttons_and_shows_refusals_beside_them(self, manager, call):
        menu.activity(call, state="offered")

        refused = manager.post("/menu/2027/manage/publish/", {})
        approved = manager.post("/menu/2027/manage/approve-all/", {"shown": "1"})
        published = manager.post("/menu/2027/manage/publish/", {})

        assert refused.status_code == 422
        assert "1 offered and 0 draft entries await a decision" in refused.content.decode()
        assert (approved.status_code, published.status_code) == (302, 302)
        assert Edition.objects.get().state == "published"

    def test_closes_requests_now_with_a_reason(self, manager, world):
        menu.edition(closes_at=datetime(2127, 1, 15, 17, tzinfo=UTC))
        offered = manager.get("/menu/2027/manage/").content.decode()

        refused = manager.post("/menu/2027/manage/close-requests-now/", {"reason": ""})
        closed = manager.post("/menu/2027/manage/close-requests-now/", {"reason": "The year is urgent."}, follow=True)

        assert "Close requests now" in offered
        assert ">Close requests<" not in offered
        assert refused.status_code == 422
        assert "Say why" in refused.content.decode()
        assert "requests closed" in closed.content.decode()
        assert "Close requests now" not in closed.content.decode()

    def test_plans_a_further_edition(self, manager, world):
        assert manager.post("/menu/plan/", {"year": "2031", "zone": "Europe/Paris"}).headers["Location"] == "/menu/2031/manage/"
        assert manager.post("/menu/plan/", {"year": "2031", "zone": "Europe/Paris"}).status_code == 422

    def test_knows_no_other_step(self, manager, call):
        assert manager.post("/menu/2027/manage/demolish/", {}).status_code == 404

    def test_is_for_the_manager(self, contact, call):
        assert contact.get("/menu/2027/manage/").status_code == 403
