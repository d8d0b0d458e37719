"""Feeds: made and ended by their owner, alive as long as the mandate, exact about what they have shown."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comity.accounts.acts import accounts
from comity.accounts.models import Answer
from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.calendars import jobs, queries
from comity.calendars.acts import feeds
from comity.calendars.models import Appearance, Feed
from comity.calendars.rules import Shown, changes, leaves_a_trace
from comity.config import rooms
from comity.exchange.calendars import Event, event_of, told
from comity.kernel.refusals import NotFound
from comity.nominations.models import Nomination, Person, PromotionPolicy
from comity.participation.models import Grant, Request
from comity.parties.models import Mandate
from comity.reviews import acts as reviews
from comity.trail.models import Entry
from tests.rooms.agreements import desk as agreements
from tests.rooms.calendars.clients import by_icalendar
from tests.rooms.calendars.desk import ADDRESS, AT, DAY, HOST, a_feed, acting, contact, granted, reading, timed
from tests.world import cast, menu, programmes

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SOON = datetime.now(UTC).date() + 30 * DAY


@pytest.fixture
def course(db) -> Activity:
    cast.the_world()
    made = menu.activity(menu.edition())
    granted(made)
    return made


def a_policy() -> None:
    """Seats without a person go back six weeks before."""
    PromotionPolicy.objects.create(
        name="usual", version=1, title_en="x", title_fr="x", text_en="x", text_fr="x", release_days=42, hold_hours=48,
        order=["waiting"], sha256="0" * 64, published_at=AT, published_by="x",
    )  # fmt: skip


def words_of(user, kind: str = "party", at: datetime = AT) -> str:
    """The words in the address of a new feed."""
    return feeds.make(kind=kind, language="en", by=acting(user, at), at=at)[1]


def uids(content: bytes) -> set[str]:
    return {uid.removesuffix(f"@{HOST}") for uid in by_icalendar(content)}


class TestTheAddress:
    def test_is_told_once_and_kept_as_a_digest_alone(self, course):
        lena = contact()

        words = words_of(lena)

        assert words.startswith("feed_")
        assert words not in json.dumps([list(Feed.objects.values_list()), list(Entry.objects.values_list())], default=str)
        assert queries.behind(words, at=AT)[0].owner == lena

    def test_is_a_persons_own(self, course):
        feed = a_feed(contact())
        other = acting(contact("luke"))

        with pytest.raises(NotFound):
            queries.feed(feed.pk, seen_by=other)
        with pytest.raises(feeds.FeedIsEnded):
            feeds.end(feed, by=other, at=AT)
        feeds.end(feed, by=acting(feed.owner), at=AT)

        assert Feed.objects.get().ended_at == AT

    def test_leads_nowhere_once_it_is_ended_and_what_it_showed_is_forgotten(self, course):
        lena = contact()
        words = words_of(lena)
        feed = Feed.objects.get()
        reading(feed)

        feeds.end(feed, by=acting(lena), at=AT)

        assert not Appearance.objects.exists()
        with pytest.raises(NotFound):
            queries.behind(words, at=AT)
        with pytest.raises(feeds.FeedIsEnded):
            feeds.end(feed, by=acting(lena), at=AT)

    def test_is_not_made_without_a_mandate_nor_too_often_nor_of_another_kind(self, course):
        lena = contact()
        guest = acting(contact("gus", until=date(2026, 1, 1)))

        with pytest.raises(feeds.NoMandate):
            feeds.make(kind="party", language="en", by=guest, at=AT)
        with pytest.raises(feeds.NoSuchFeed):
            feeds.make(kind="secret", language="en", by=acting(lena), at=AT)
        for _ in range(feeds.MOST):
            a_feed(lena)
        with pytest.raises(feeds.TooManyFeeds):
            a_feed(lena)

    @pytest.mark.fault("F6")
    @pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Pacific/Tongatapu", "Europe/Brussels"])
    def test_ends_with_the_mandate_to_the_second_in_the_zone_of_its_owner(self, course, zone):
        lena = contact(until=date(2027, 3, 29), zone=zone)
        words = words_of(lena)
        midnight = datetime(2027, 3, 29, tzinfo=acting(lena).timezone).astimezone(UTC)

        queries.behind(words, at=midnight - SECOND)

        for at in (midnight, midnight + SECOND):
            with pytest.raises(NotFound):
                queries.behind(words, at=at)

    @pytest.mark.fault("F6")
    def test_leads_nowhere_for_a_closed_account_or_another_party(self, course):
        lena = contact(until=date(2026, 12, 1))
        words = words_of(lena)
        Mandate.objects.create(
            user=lena, delegation_id=contact("mia", of=cast.MERIDIA).mandates.get().delegation_id, role="point_of_contact",
            period=(date(2026, 12, 1), None),
        )  # fmt: skip

        with pytest.raises(NotFound):
            queries.behind(words, at=AT + 60 * DAY)
        accounts.disable(lena, by=cast.ADMINISTRATOR, at=AT)
        with pytest.raises(NotFound):
            queries.behind(words, at=AT)


class TestWhatAFeedShows:
    def test_places_granted_and_how_many_are_sent_without_a_name(self, course):
        person = Person.objects.create(party_id=cast.LAKELAND, number="XLA-00001", rank="OF-3", registered_at=AT, registered_by="x")
        Nomination.objects.create(
            activity=course, party_id=cast.LAKELAND, request=Request.objects.get(), person=person, state="put_forward",
            collected_at=AT, collected_by="x", endorsed_at=AT, endorsed_by="x", put_forward_at=AT, put_forward_by="x",
        )  # fmt: skip

        content = reading(a_feed(contact()))

        assert uids(content) == {"XLA.0001.01", "requests-2027"}
        [event] = [e for e in icalendar.Calendar.from_ical(content).walk("VEVENT") if "XLA" in e["uid"]]
        assert str(event["description"]) == "Lakeland Training Centre\n2 places granted\n1 person put forward"
        assert event["url"] == f"{ADDRESS}/menu/2027/XLA.0001.01/"
        assert b"XLA-00001" not in content

    @pytest.mark.fault("F3")
    def test_nothing_of_another_party(self, course):
        mine, theirs = a_feed(contact()), a_feed(contact("mia", of=cast.MERIDIA))

        assert "XLA.0001.01" in uids(reading(mine))
        assert uids(reading(theirs)) == {"requests-2027"}

    def test_a_provider_its_own_approved_activities(self, course):
        Activity.objects.filter(pk=course.pk).update(provider_party=cast.LAKE_CENTRE)
        draft = menu.activity(course.edition, state="draft", provider_party_id=cast.LAKE_CENTRE)
        centre = contact("paul", of=cast.LAKE_CENTRE, role=Role.PROVIDER)

        shown = {kind: uids(reading(a_feed(centre, kind))) for kind in ("personal", "party")}

        assert shown == {"personal": {course.number}, "party": {course.number}}
        assert draft.number not in shown["party"]

    def test_the_second_part_of_an_activity_under_its_place(self, course):
        timed(course)
        menu.part(course, kind="online", starts=date(2027, 2, 1), ends=date(2027, 2, 2))
        feed = a_feed(contact())

        assert {"XLA.0001.01", "XLA.0001.01.2"} <= uids(reading(feed))
        course.parts.filter(kind="online").delete()

        after = by_icalendar(reading(feed, AT + DAY))
        assert after[f"XLA.0001.01.2@{HOST}"].state == "CANCELLED"
        assert after[f"XLA.0001.01@{HOST}"].starts == datetime(2027, 3, 8, 8, tzinfo=UTC)

    @pytest.mark.fault("F16")
    def test_silence_to_the_allies_that_are_asked_and_those_who_circulate(self):
        circulation = agreements.circulating()
        people = {
            "asked": contact("anna", of=cast.ARCADIA),
            "reviewed": contact("lena"),
            "desk": contact("dora", of=cast.HEADQUARTERS, role=Role.DESK_OFFICER),
            "auditor": contact("axel", of=cast.HEADQUARTERS, role=Role.AUDITOR),
        }
        uid = f"silence-{circulation.pk}@{HOST}"

        seen = {who: by_icalendar(reading(a_feed(user, "personal"))) for who, user in people.items()}

        assert [who for who in people if uid in seen[who]] == ["asked", "desk"]
        assert seen["asked"][uid].starts == agreements.DEADLINE
        assert uid in by_icalendar(reading(a_feed(people["asked"], "party")))
        type(circulation).objects.update(halted_at=AT, halted_for="XPP")
        halted = by_icalendar(reading(Feed.objects.filter(owner=people["asked"]).first(), AT + DAY))
        assert halted[uid].state == "CANCELLED"

    def test_steps_of_reviews_to_the_party_and_those_who_keep_programmes(self):
        made = programmes.in_force()
        review = reviews.open_review(made, year=2028, by=programmes.DESK, at=programmes.NOON.replace(year=2028, month=2))
        review.steps.update(due_on=date(2028, 5, 1))
        lena, mia = contact("lena"), contact("mia", of=cast.MERIDIA)
        desk = contact("dora", of=cast.HEADQUARTERS, role=Role.DESK_OFFICER)
        uid, at = f"review-{review.pk}-self_assessment@{HOST}", datetime(2028, 3, 1, tzinfo=UTC)

        [lake, meridia, office] = [a_feed(user, "personal", at=at) for user in (lena, mia, desk)]

        assert [uid in by_icalendar(reading(feed, at)) for feed in (lake, meridia, office)] == [True, False, True]
        step = review.steps.get(name="self_assessment")
        reviews.take_step(step, on=date(2028, 3, 1), summary="Done.", by=programmes.DESK, at=at + DAY)
        assert by_icalendar(reading(lake, at + 2 * DAY))[uid].state == "CANCELLED"

    @pytest.mark.fault("F2", "F16")
    def test_when_seats_without_a_person_go_back_and_no_more_once_they_are_filled(self, course):
        a_policy()
        feed = a_feed(contact())
        uid = f"release-{course.number}@{HOST}"

        before = by_icalendar(reading(feed))[uid]
        Grant.objects.update(self_paid=0)

        assert before.starts == datetime(2027, 1, 24, 23, tzinfo=UTC)
        assert by_icalendar(reading(feed, AT + DAY))[uid].state == "CANCELLED"

    def test_in_the_language_of_the_feed(self, course):
        categories = {}
        for language in ("en", "fr"):
            content = reading(a_feed(contact(f"l{language}"), language=language))
            [event] = [e for e in icalendar.Calendar.from_ical(content).walk("VEVENT") if "XLA" in e["uid"]]
            categories[language] = event["categories"].to_ical().decode()

        assert categories == {"en": "course", "fr": "cours"}

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_asks_as_many_questions_for_fifty_activities_as_for_five(self, course, rows, django_assert_max_num_queries):
        for _ in range(rows):
            granted(timed(menu.activity(course.edition)))
        feed = a_feed(contact())
        reader = acting(feed.owner)

        with django_assert_max_num_queries(16):
            feeds.read(feed, by=reader, at=AT, address=ADDRESS)
        with django_assert_max_num_queries(11):
            feeds.read(Feed.objects.get(), by=reader, at=AT, address=ADDRESS)


class TestReading:
    @pytest.mark.fault("F17")
    def test_twice_writes_nothing_the_second_time_and_gives_the_same_bytes(self, course):
        feed = a_feed(contact())
        first = reading(feed)

        with CaptureQueriesContext(
            connection,
        ) as asked:
            again = reading(Feed.objects.get(), AT + timedelta(hours=3))

        assert again == first
        assert all(q["sql"].startswith("SELECT") for q in asked)
        reading(Feed.objects.get(), AT + 2 * DAY)
        assert Feed.objects.get().last_read_at == AT + 2 * DAY

    def test_tells_a_change_of_words_without_a_new_revision(self, course):
        feed = a_feed(contact())
        before = reading(feed)
        Grant.objects.update(self_paid=3)

        after = reading(feed, AT + DAY)

        assert (b"2 places" in before, b"3 places" in after) == (True, True)
        shown = Appearance.objects.get(uid=course.number)
        assert (shown.sequence, shown.changed_at, shown.first_shown_at) == (0, AT + DAY, AT)

    @pytest.mark.fault("F17")
    def test_what_has_no_days_any_more_is_cancelled_on_the_old_ones(self, course):
        feed = a_feed(contact())
        reading(feed)
        Activity.objects.update(starts="2027-05", ends="2027-05", first_day=date(2027, 5, 1), last_day=date(2027, 5, 31),
                                begins_by=date(2027, 5, 31))  # fmt: skip

        content = reading(feed, AT + DAY)

        assert by_icalendar(content)[f"{course.number}@{HOST}"].state == "CANCELLED"
        assert b"COMMENT:1 activity without known days" in content

    def test_what_is_cancelled_stays_until_60_days_after_its_end_and_is_then_forgotten(self, course):
        feed = a_feed(contact())
        reading(feed)
        Grant.objects.update(self_paid=0)
        reading(feed, AT + DAY)
        ends = datetime(2027, 3, 13, tzinfo=UTC)

        assert course.number in uids(reading(feed, ends + 60 * DAY - SECOND))
        assert course.number not in uids(reading(feed, ends + 60 * DAY))
        assert feeds.forget(at=ends + 60 * DAY) == 0
        assert feeds.forget(at=ends + 60 * DAY + SECOND) == 1
        assert jobs.forget(0) == 0

    def test_a_deadline_that_has_come_leaves_without_a_trace(self, course):
        feed = a_feed(contact())
        reading(feed)

        assert "requests-2027" in uids(reading(feed, datetime(2027, 6, 1, tzinfo=UTC)))
        assert "requests-2027" not in uids(reading(feed, datetime(2028, 6, 1, tzinfo=UTC)))
        assert not Appearance.objects.exclude(gone_at=None).exists()


@pytest.mark.fault("F17")
@pytest.mark.django_db(transaction=True)
def test_many_calendars_that_read_at_once_see_the_same():
    cast.the_world()
    course = menu.activity(menu.edition())
    grant = granted(course)
    feed = a_feed(contact())
    reading(feed)
    Grant.objects.filter(pk=grant.pk).update(self_paid=0)
    seen: list[bytes] = []
    start = threading.Barrier(6)

    def read(nth: int) -> None:
        try:
            start.wait()
            seen.append(reading(Feed.objects.get(), AT + DAY + nth * SECOND))
        finally:
            connection.close()

    readers = [threading.Thread(target=read, args=(nth,)) for nth in range(6)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert len(seen) == 6
    assert len(set(seen)) == 1
    assert Appearance.objects.get(uid=course.number).sequence == 1


class TestTheRule:
    DAY_OF = Event("a", "A", date(2027, 1, 1), date(2027, 1, 2), AT)

    def known(self, **fields) -> dict[str, Shown]:
        return {"a": Shown("a", 4, told(self.DAY_OF), AT, AT, **fields)}

    def test_an_event_survives_being_kept(self):
        rich = Event("b", "B", AT, AT + DAY, AT, zone="Europe/Brussels", place="P", words="W", alarm=DAY, sequence=3)

        assert event_of("b", json.loads(json.dumps(told(rich))), sequence=3, changed_at=AT) == rich

    def test_nothing_follows_from_nothing_new(self):
        assert list(changes(self.known(), [self.DAY_OF], at=AT + DAY)) == []
        assert list(changes({}, [], at=AT)) == []

    def test_a_number_never_falls(self):
        [gone] = changes(self.known(), [], at=AT + DAY)
        [back] = changes({"a": gone}, [self.DAY_OF], at=AT + 2 * DAY)

        assert (gone.sequence, gone.gone_at, back.sequence, back.gone_at) == (5, AT + DAY, 6, None)

    def test_the_later_of_two_who_read_at_once_may_be_the_first_to_come(self):
        [gone] = changes(self.known(), [], at=AT - SECOND)

        assert (gone.changed_at, gone.gone_at) == (AT, AT)

    def test_what_is_long_over_needs_no_word(self):
        assert leaves_a_trace(self.DAY_OF, at=datetime(2027, 3, 1, tzinfo=UTC))
        assert not leaves_a_trace(self.DAY_OF, at=datetime(2027, 3, 4, tzinfo=UTC))


class TestThePage:
    @pytest.fixture
    def lena(self, course) -> Client:
        Activity.objects.update(first_day=SOON, last_day=SOON, begins_by=SOON, starts=SOON, ends=SOON)
        browser = Client()
        browser.force_login(contact())
        return browser

    def test_makes_a_feed_tells_its_address_once_and_a_calendar_reads_it(self, lena, course):
        page = lena.post("/calendars/", {"kind": "party", "language": "en"}).content.decode()
        address = page.partition('<code class="token">')[2].partition("</code>")[0]

        answer = Client().get(address)

        assert address.startswith("http://testserver/calendar/feed_")
        assert f'href="webcal{address.removeprefix("http")}"' in page
        assert "feed_" not in lena.get("/calendars/").content.decode()
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert f"UID:{course.number}@testserver".encode() in answer.content
        assert b"X-WR-CALNAME:Lakeland: Everything of your party" in answer.content

    @pytest.mark.fault("F4", "F6")
    def test_an_address_that_was_never_made_or_was_ended_is_not_found(self, lena):
        page = lena.post("/calendars/", {"kind": "party", "language": "en"}).content.decode()
        address = page.partition('<code class="token">')[2].partition("</code>")[0]

        ended = lena.post(f"/calendars/{Feed.objects.get().pk}/end/")

        assert ended.status_code == 302
        assert [Client().get(a).status_code for a in (address, "/calendar/feed_x.ics")] == [404, 404]
        assert lena.post(f"/calendars/{Feed.objects.get().pk}/end/").status_code == 409

    @pytest.mark.fault("F12")
    @pytest.mark.parametrize(("where", "number"), [({}, 200), ({"REMOTE_ADDR": "192.0.2.7"}, 404)])
    def test_the_feed_of_an_invented_person_works_on_loopback_only(self, course, where, number):
        lena = contact()
        type(lena).objects.update(is_demonstration=True)
        words = words_of(lena)

        assert Client().get(f"/calendar/{words}.ics", **where).status_code == number

    def test_shows_what_calendars_will_show_and_what_is_struck_out(self, lena, course):
        lost = granted(menu.activity(course.edition, title="Lost course", first_day=SOON, last_day=SOON))
        reading(a_feed(Mandate.objects.get(user__login="lena").user))
        Grant.objects.filter(pk=lost.pk).update(self_paid=0)

        page = lena.get("/calendars/?kind=party").content.decode()

        coming, _, cancelled = page.partition('id="cancelled"')
        assert "Staff officer course" in coming
        assert "Lost course" in cancelled
        assert "Lost course" not in coming

    def test_says_what_to_do_where_there_is_nothing(self, course):
        guest = Client()
        guest.force_login(contact("gus", until=date(2026, 1, 1)))

        assert "You have no mandate today" in guest.get("/calendars/").content.decode()
        refused = guest.post("/calendars/", {"kind": "party", "language": "en"})
        assert (refused.status_code, "You have no mandate today, so there is nothing" in refused.content.decode()) == (422, True)

    @pytest.mark.fault("F4")
    def test_sends_strangers_to_sign_in(self, db):
        assert Client().get("/calendars/")["Location"] == "/accounts/login/?next=%2Fcalendars%2F"

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("kind", ["party", "personal"])
    @pytest.mark.parametrize("rows", [5, 50])
    def test_asks_no_more_with_many_feeds_and_activities(self, lena, course, rows, kind, django_assert_max_num_queries):
        owner = Mandate.objects.get(user__login="lena").user
        for n in range(rows):
            granted(menu.activity(course.edition, title=f"Course {n}", first_day=SOON, last_day=SOON))
        for _ in range(15):
            a_feed(owner, kind)
        a_policy()
        reading(Feed.objects.all()[0])
        lena.get("/calendars/")

        with django_assert_max_num_queries(15):
            assert f"Course {rows - 1}" in lena.get(f"/calendars/?kind={kind}").content.decode()

    def test_programs_list_make_and_end_their_feeds_and_no_answer_is_kept_that_opens_one(self, lena):
        made = lena.post("/api/v1/calendars", {"kind": "party"}, content_type="application/json", headers={"Idempotency-Key": "k"})
        again = lena.post("/api/v1/calendars", {"kind": "party"}, content_type="application/json", headers={"Idempotency-Key": "k"})

        assert (made.status_code, again.status_code, Feed.objects.count()) == (201, 201, 1)
        assert Client().get(made["Location"]).status_code == 200
        assert "Location" not in again
        assert "feed_" not in Answer.objects.get().body
        [listed] = lena.get("/api/v1/calendars").json()["items"]
        assert (listed["kind"], listed["party"], listed["ended_at"]) == ("party", cast.LAKELAND, None)
        ended = lena.post(f"/api/v1/calendars/{listed['id']}/end")
        assert ended.json()["ended_at"] is not None
        assert lena.post("/api/v1/calendars/999/end").status_code == 404


def test_the_room_is_mounted():
    assert "calendars" in rooms.ROOMS
