"""The pages, operations and commands of messages: the inbox, the choices, the letters, the hooks."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.config.commands import Someone, app
from comity.kernel.actors import Actor
from comity.kernel.words import Name, Sentence
from comity.notices import jobs
from comity.notices.acts import notices
from comity.notices.models import Call, DigestHour, Hook, Letter, Notice, Taste
from comity.notices.rules.topics import TOPICS
from comity.parties.models import Mandate
from comity.trail.models import Entry
from tests.rooms.notices.conftest import PostOffice, Program
from tests.world.cast import HEADQUARTERS, LAKELAND, MERIDIA, THE_SYSTEM, person

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def tell(key: str = "round:1", topic: str = "rounds", **given: Any) -> None:
    facts = {"party": Name("Lakeland", "Lacustrie"), "at": NOON}
    told = {"party": LAKELAND, "link": "/parties/XLA/", "about": LAKELAND, "due_on": date(2026, 12, 1)} | given
    notices.tell(topic, key, Sentence("{party} waits <until> {at}", facts), by=THE_SYSTEM, at=NOON, **told)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def laker(db: None) -> User:
    return person("poc-xla", Role.POINT_OF_CONTACT, of=LAKELAND)


@pytest.fixture
def lake(laker: User) -> Client:
    return browser(laker)


@pytest.fixture
def meridian(db: None) -> Client:
    return browser(person("poc-xme", Role.POINT_OF_CONTACT, of=MERIDIA))


@pytest.fixture
def admin(db: None) -> Client:
    return browser(person("admin", Role.ADMINISTRATOR, of=HEADQUARTERS))


class TestInbox:
    def test_an_empty_one_says_what_to_do(self, lake: Client) -> None:
        page = lake.get("/notices/").content.decode()

        assert "Nothing yet" in page
        assert 'href="/notices/choices/"' in page

    def test_the_unread_come_first_in_the_readers_language_and_zone_and_as_text(self, lake: Client) -> None:
        tell("1")
        notices.mark_all_read(by=_acting("poc-xla", LAKELAND), at=NOON)
        tell("2")

        english = lake.get("/notices/").content.decode()
        lake.cookies["comity_language"] = "fr"
        french = lake.get("/notices/").content.decode()

        assert english.index("<b>Lakeland waits &lt;until&gt; 20 November 2026, 13:00 (Brussels)</b>") < english.index(
            "<span>Lakeland waits"
        )
        assert "Lacustrie waits &lt;until&gt; 20 novembre 2026, 13:00 (Bruxelles)" in french

    def test_topics_and_the_unread_are_filtered_by_the_address(self, lake: Client) -> None:
        tell("1")
        tell("2", topic="texts")
        notices.mark_all_read(topic="texts", by=_acting("poc-xla", LAKELAND), at=NOON)

        def shown(query: str) -> int:
            return lake.get(f"/notices/{query}").content.decode().count('class="task"')

        assert [shown(q) for q in ("", "?topic=texts", "?read=unread", "?topic=texts&read=unread", "?topic=nonsense")] == [
            2,
            1,
            1,
            0,
            2,
        ]
        assert "Nothing fits" in lake.get("/notices/?topic=texts&read=unread").content.decode()
        assert "<html" not in lake.get("/notices/?topic=texts", headers={"HX-Request": "true"}).content.decode()

    def test_opening_one_reads_it_and_leads_to_what_it_is_about(self, lake: Client) -> None:
        tell()
        notice = Notice.objects.get()

        assert lake.post(f"/notices/{notice.pk}/open/")["Location"] == "/parties/XLA/"
        assert Notice.objects.get().read_at is not None
        assert lake.get(f"/notices/{notice.pk}/open/").status_code == 405

    def test_one_or_all_are_marked_as_read(self, lake: Client) -> None:
        for key in "123":
            tell(key, link="")

        assert "Notices, unread: 3" in lake.get("/notices/").content.decode()
        lake.post(f"/notices/{Notice.objects.first().pk}/read/")  # type: ignore[union-attr]
        assert "Notices, unread: 2" in lake.get("/accounts/").content.decode()
        lake.post("/notices/read/")
        assert "Notices, unread: 0" in lake.get("/accounts/").content.decode()
        assert lake.post(f"/notices/{Notice.objects.first().pk}/open/")["Location"] == "/notices/"  # type: ignore[union-attr]

    @pytest.mark.fault("F3")
    def test_nobody_else_reads_opens_or_marks_it(self, lake: Client, meridian: Client, admin: Client) -> None:
        tell()
        pk = Notice.objects.get().pk

        for other in (meridian, admin):
            assert "Lakeland waits" not in other.get("/notices/").content.decode()
            assert other.post(f"/notices/{pk}/open/").status_code == other.post(f"/notices/{pk}/read/").status_code == 404
            other.post("/notices/read/")
        assert Notice.objects.get().read_at is None

    @pytest.mark.fault("F6")
    def test_after_a_change_of_sides_it_is_out_of_sight(self, lake: Client, laker: User) -> None:
        tell()
        person("other", Role.POINT_OF_CONTACT, of=MERIDIA)
        Mandate.objects.filter(user=laker).update(delegation=MERIDIA)

        page = lake.get("/notices/").content.decode()
        assert "Nothing yet" in page
        assert "Notices, unread: 0" in page
        assert lake.post(f"/notices/{Notice.objects.get().pk}/open/").status_code == 404

    @pytest.mark.fault("F4")
    @pytest.mark.parametrize("address", ["", "choices/", "letters/", "hooks/"])
    def test_a_stranger_is_sent_to_sign_in(self, db: None, address: str) -> None:
        answer = Client().get(f"/notices/{address}")

        assert answer["Location"].startswith("/accounts/login/?next=")

    @pytest.mark.fault("F24")
    def test_fifty_ask_as_often_as_five(self, lake: Client, django_assert_max_num_queries: Callable[[int], Any]) -> None:
        for number in range(5):
            tell(str(number))
        with django_assert_max_num_queries(12):
            lake.get("/notices/")
        for number in range(5, 60):
            tell(str(number))
        with django_assert_max_num_queries(12):
            assert lake.get("/notices/").content.decode().count('class="task"') == 50


class TestChoices:
    def test_they_begin_with_the_digest_at_seven_and_say_that_nothing_goes_out(self, lake: Client) -> None:
        page = lake.get("/notices/choices/").content.decode()

        assert page.count('<option value="digest" selected>') == len(TOPICS)
        assert '<option value="7" selected>07:00</option>' in page
        assert "sends no e-mail" in page

    def test_what_is_chosen_is_kept(self, lake: Client, office: PostOffice) -> None:
        chosen = {f"topic-{topic}": "inbox" for topic in TOPICS} | {"topic-rounds": "at_once", "hour": "18"}

        assert lake.post("/notices/choices/", chosen).status_code == 302
        lake.post("/notices/choices/", chosen)
        page = lake.get("/notices/choices/").content.decode()
        assert page.count('<option value="inbox" selected>') == len(TOPICS) - 1
        assert '<option value="18" selected>' in page
        assert "no e-mail address" in page
        assert Taste.objects.get(topic="rounds").way == "at_once"
        assert DigestHour.objects.get().hour == 18
        assert Entry.objects.first().act == "notices.choices-made"  # type: ignore[union-attr]

    def test_what_there_is_not_cannot_be_chosen(self, lake: Client) -> None:
        chosen = {f"topic-{topic}": "inbox" for topic in TOPICS} | {"topic-rounds": "by pigeon", "hour": "25"}

        assert lake.post("/notices/choices/", chosen).status_code == 422
        assert not Taste.objects.exists()


class TestLetters:
    @pytest.mark.fault("F8")
    def test_an_administrator_sees_what_became_of_them_and_sends_one_again(
        self, lake: Client, laker: User, admin: Client, office: PostOffice
    ) -> None:
        User.objects.filter(pk=laker.pk).update(email="poc@xla.example")
        Taste.objects.create(reader=laker, topic="rounds", way="at_once")
        notices.tell("rounds", "now", Sentence("New."), party=LAKELAND, by=THE_SYSTEM, at=datetime.now(UTC) - timedelta(minutes=1))
        office.next_answers = ["550 Go <b>away</b>"]
        assert jobs.post(0) == 1

        page = admin.get("/notices/letters/").content.decode()
        assert "550 Go &lt;b&gt;away&lt;/b&gt;" in page
        assert "Refused by the server" in page
        assert "No letter" in admin.get("/notices/letters/?state=sent").content.decode()
        assert admin.post(f"/notices/letters/{Letter.objects.get().pk}/retry/").status_code == 302
        assert jobs.post(0) == 1
        assert "Sent" in admin.get("/notices/letters/").content.decode()
        assert admin.post(f"/notices/letters/{Letter.objects.get().pk}/retry/").status_code == 409
        assert admin.post("/notices/letters/999/retry/").status_code == 404

    @pytest.mark.fault("F5")
    def test_nobody_else_sees_who_is_written_to(self, lake: Client) -> None:
        assert lake.get("/notices/letters/").status_code == 403
        assert lake.post("/notices/letters/1/retry/").status_code == 404

    def test_where_nothing_goes_out_the_page_says_so(self, admin: Client) -> None:
        assert "set COMITY_SMTP_URL" in admin.get("/notices/letters/").content.decode()

    @pytest.mark.fault("F24")
    def test_fifty_ask_as_often_as_five(
        self, admin: Client, laker: User, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        for number in range(50):
            Letter.objects.create(
                recipient=laker, party_id=LAKELAND, email="x@y.example", message_id=f"<{number}>", written_at=NOON, next_at=NOON
            )
        with django_assert_max_num_queries(12):
            admin.get("/notices/letters/")


class TestHooks:
    def test_one_is_made_tried_turned_off_and_removed(self, lake: Client, program: Program) -> None:
        assert "No hook yet" in lake.get("/notices/hooks/").content.decode()
        page = lake.post("/notices/hooks/", {"name": "Ours", "address": program.address, "topics": ["rounds"]}).content.decode()
        secret = page.partition('<code class="token">')[2].partition("<")[0]
        hook = Hook.objects.get()
        assert secret
        assert secret not in lake.get("/notices/hooks/").content.decode()

        lake.post(f"/notices/hooks/{hook.pk}/try/")
        assert jobs.dial_now(str(hook.pk)) == 1
        assert program.verifies(secret)
        assert "Taken" in lake.get("/notices/hooks/").content.decode()
        lake.post(f"/notices/hooks/{hook.pk}/turn/")
        assert not Hook.objects.get().is_active
        lake.post(f"/notices/hooks/{hook.pk}/turn/")
        assert Hook.objects.get().is_active
        lake.post(f"/notices/hooks/{hook.pk}/remove/")
        assert not Hook.objects.exists()
        assert not Call.objects.exists()
        assert list(Entry.objects.filter(act__startswith="hook.").order_by("id").values_list("act", flat=True)) == [
            "hook.made", "hook.tried", "hook.turned-off", "hook.turned-on", "hook.removed",
        ]  # fmt: skip

    @pytest.mark.fault("F10")
    def test_an_address_in_our_own_network_is_refused_beside_the_form(self, lake: Client) -> None:
        answer = lake.post("/notices/hooks/", {"name": "x", "address": "http://127.0.0.1/", "topics": ["rounds"]})

        assert answer.status_code == 422
        assert "is not called" in answer.content.decode()
        assert lake.post("/notices/hooks/", {"name": "x"}).status_code == 422

    def test_those_who_keep_none_have_no_such_page(self, lake: Client, program: Program) -> None:
        head = browser(person("head-xla", Role.HEAD_OF_DELEGATION, of=LAKELAND))

        assert head.get("/notices/hooks/").status_code == 403
        for step in ("try", "turn", "remove"):
            assert head.post(f"/notices/hooks/1/{step}/").status_code == 404


class TestJobs:
    def test_the_nightly_one_forgets_what_is_past_its_time(self, laker: User) -> None:
        tell()
        Notice.objects.update(read_at=NOON - timedelta(days=400))

        assert jobs.forget(0) == 1
        assert jobs.dial(0) == 0
        assert jobs.post(0) == 0


class TestOperations:
    def test_one_reads_and_marks_ones_own(self, lake: Client, meridian: Client) -> None:
        tell("1")
        tell("2", topic="texts")
        found = lake.get("/api/v1/notices?unread=true").json()

        assert [item["topic"] for item in found["items"]] == ["rounds", "texts"]
        assert found["items"][0]["sentence"] == "Lakeland waits <until> 20 November 2026, 13:00 (Brussels)"
        assert found["items"][0]["about"] == LAKELAND
        assert len(lake.get("/api/v1/notices?topic=texts").json()["items"]) == 1
        first = lake.get("/api/v1/notices?limit=1").json()
        assert len(lake.get(f"/api/v1/notices?cursor={first['next']}").json()["items"]) == 1
        pk = found["items"][0]["id"]
        assert meridian.get("/api/v1/notices").json()["items"] == []
        assert meridian.post(f"/api/v1/notices/{pk}/read").status_code == 404
        assert lake.post(f"/api/v1/notices/{pk}/read").json()["read_at"]
        assert lake.post("/api/v1/notices/read").json() == {"marked": 1}
        assert Client().get("/api/v1/notices").status_code == 401


class TestCommands:
    def run(self, *arguments: str, login: str = "admin") -> Any:
        return CliRunner().invoke(app, ["notices", *arguments], obj=Someone(login))

    def test_the_server_is_tried_out(self, admin: Client, office: PostOffice) -> None:
        done = self.run("tell-test", "me@example.org", "--format", "json")

        assert json.loads(done.stdout)["outcome"] == "taken"
        assert office.taken[0][1]["Subject"] == "This letter tries the server. If you read it, letters go out."
        office.next_answers = ["554 No"]
        failed = self.run("tell-test", "me@example.org", "--format", "json")
        assert (failed.exit_code, json.loads(failed.stdout)["code"]) == (1, 554)

    def test_without_a_server_or_a_permission_it_is_refused(
        self, admin: Client, lake: Client, office: PostOffice, settings: Any
    ) -> None:
        assert self.run("tell-test", "me@example.org", login="poc-xla").exception.code == "not-permitted"
        settings.SMTP_URL = ""
        assert self.run("tell-test", "me@example.org").exception.code == "no-server-for-letters"

    def test_letters_are_listed(self, admin: Client, laker: User) -> None:
        Letter.objects.create(
            recipient=laker, party_id=LAKELAND, email="x@y.example", message_id="<1>", written_at=NOON, next_at=NOON
        )

        told = json.loads(self.run("letters", "--format", "json").stdout)

        assert (told["count"], told["by_state"], told["letters"][0]["to"]) == (1, {"waiting": 1}, "poc-xla")
        assert json.loads(self.run("letters", "--state", "sent", "--format", "json").stdout)["count"] == 0
        assert json.loads(self.run("letters", "--format", "json", login="poc-xla").stdout)["count"] == 0


def _acting(login: str, party: str) -> Actor:
    return Actor(login=login, party=party)
