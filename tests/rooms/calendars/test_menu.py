"""The released menu as a feed: what was on offer and was cancelled is told as such, and nothing that was never public."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from comity.activities.acts import activities
from comity.activities.models import Activity
from comity.exchange.calendars import Event, book, event_of, told
from tests.rooms.calendars.clients import by_icalendar
from tests.rooms.calendars.desk import AT
from tests.world import cast, menu
from tests.world.cast import MENU_MANAGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(db):
    cast.the_world()
    return menu.edition()


def read() -> dict[str, str]:
    """The feed as a stranger's calendar reads it: the state of each event."""
    content = Client().get("/menu/2027.ics").content
    assert b"secret" not in content
    return {uid.partition("@")[0]: seen.state for uid, seen in by_icalendar(content).items()}


@pytest.mark.fault("F17", "F3")
class TestTheReleasedMenu:
    def test_strikes_out_what_was_on_offer_and_is_not_any_more(self, year):
        standing, gone = menu.activity(year), menu.activity(year)
        activities.retire(gone, reason="A secret reason.", at=AT, by=MENU_MANAGER)

        assert read() == {standing.number: "CONFIRMED", gone.number: "CANCELLED"}

    def test_tells_nothing_of_what_was_never_on_offer(self, year):
        for state in ("draft", "offered"):
            activities.retire(menu.activity(year, state=state), reason="A secret reason.", at=AT, by=MENU_MANAGER)
        early = menu.activity(year)
        before = menu.LONG_AGO - timedelta(days=1)
        Activity.objects.filter(pk=early.pk).update(state="retired", reason="A secret reason.", decided_at=before)

        assert read() == {}

    def test_lets_go_of_it_60_days_after_it_would_have_ended(self, year):
        today = datetime.now(UTC).date()
        for days in (59, 62):
            last = today - timedelta(days=days)
            gone = menu.activity(year, first_day=last, last_day=last, number=f"XLA.{days:04}.01")
            activities.retire(gone, reason="A secret reason.", at=AT, by=MENU_MANAGER)

        assert read() == {"XLA.0059.01": "CANCELLED"}

    def test_remembers_since_when_something_stood_there_whatever_is_written_later(self, year):
        made = menu.activity(year)
        Activity.objects.filter(pk=made.pk).update(state="retired", reason="x", in_menu_since=None)

        assert Activity.objects.get().in_menu_since == menu.LONG_AGO


class TestTheWriter:
    def test_tells_a_zone_by_the_clock_that_was_valid_until_the_turn(self):
        event = Event("a", "A", datetime(2027, 3, 28, 0, 30, tzinfo=UTC), None, AT, zone="Europe/Brussels")

        content = book("Zones", [event], host="x").decode()

        assert "DTSTART;TZID=Europe/Brussels:20270328T013000" in content
        assert "DTSTART:20260329T020000\r\nRDATE:20270328T020000,20280326T020000\r\nTZNAME:CEST" in content
        assert "DTSTART:20261025T030000" in content

    def test_gives_the_same_bytes_for_the_same_events(self):
        events = [Event("a", "A", date(2027, 1, 1), date(2027, 1, 2), AT), Event("b", "B", AT, None, AT, alarm=timedelta(days=1))]

        assert book("B", events, host="x", comment="c") == book("B", list(events), host="x", comment="c")

    @pytest.mark.parametrize(("starts", "ends"), [(date(2027, 1, 1), date(2027, 1, 3)), (AT, None)])
    def test_knows_the_last_day_of_whole_days(self, starts, ends):
        event = Event("a", "A", starts, ends, AT)

        assert event.is_timed == (ends is None)
        assert event.last_day == (date(2027, 1, 2) if ends else AT)
        assert event_of("a", told(event), sequence=0, changed_at=AT) == event
