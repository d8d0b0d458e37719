"""What is done on the page of a person: mandates given and ended, the account, its passwords, what is done every night."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from procrastinate.contrib.django import app

from comity.accounts.acts import sessions
from comity.accounts.jobs import forget_expired_sessions
from comity.accounts.models import Session, Token, User
from comity.accounts.rules import Role
from comity.kernel.refusals import NotPermitted
from comity.parties.acts import delegations, people
from comity.parties.models import Delegation, Mandate
from comity.trail.models import Entry
from tests.rooms.parties.test_people import NOW, TODAY, ahead, text
from tests.world import cast

pytestmark = pytest.mark.django_db


class TestGivingAndEnding:
    GIVE = {"of": cast.MERIDIA, "role": "point_of_contact", "since": "2027-03-01", "until": "2027-03-31"}

    @pytest.fixture
    def meridia(self) -> Delegation:
        return delegations.accredit(cast.party(cast.MERIDIA), on=date(2020, 1, 1), by=cast.ADMINISTRATOR)

    def test_a_mandate_is_given(self, client: Client, boss: User, meridia: Delegation) -> None:
        User.objects.create_user("guest", name="Ana Popescu")

        answer = client.post("/accounts/people/guest/give/", self.GIVE)

        assert answer["Location"] == "/accounts/people/guest/"
        mandate = Mandate.objects.get(user__login="guest")
        assert (mandate.delegation_id, mandate.period.lower, mandate.period.upper) == ("XME", date(2027, 3, 1), date(2027, 4, 1))
        assert Entry.objects.filter(act="mandate.given", actor="boss").count() == 1
        assert "The mandate is given." in text(client, "/accounts/people/guest/")

    def test_a_look_says_what_it_would_do_and_does_nothing(self, client: Client, boss: User, meridia: Delegation) -> None:
        User.objects.create_user("guest", name="Ana Popescu")

        told = client.post("/accounts/people/guest/give/", self.GIVE | {"look": "1"}).content.decode()
        endless = client.post("/accounts/people/guest/give/", self.GIVE | {"until": "", "look": "1"}).content.decode()
        past = client.post("/accounts/people/guest/give/", self.GIVE | {"since": "2020-01-01", "look": "1"}).content.decode()

        assert "From 1 March 2027 to 31 March 2027 Ana Popescu speaks for Meridia. Role: Point of contact." in told
        assert "From 1 March 2027 until it is ended Ana Popescu speaks for Meridia." in endless
        assert "That day is past" in past
        assert not Mandate.objects.filter(user__login="guest").exists()
        assert Entry.objects.filter(actor="boss").count() == 0

    def test_what_cannot_stand_is_refused_beside_the_form(
        self, client: Client, boss: User, mara: User, meridia: Delegation
    ) -> None:
        twice = client.post("/accounts/people/mara/give/", self.GIVE)
        backwards = client.post("/accounts/people/mara/give/", self.GIVE | {"until": "2027-02-01"})
        nowhere = client.post("/accounts/people/mara/give/", self.GIVE | {"of": "XOU"})

        assert twice.status_code == backwards.status_code == nowhere.status_code == 422
        assert "Mara Élan has a mandate in that period already; end it first." in twice.content.decode()
        assert "A mandate from 1 March 2027 cannot last until 1 February 2027." in backwards.content.decode()
        assert "Select a valid choice" in nowhere.content.decode()
        assert Mandate.objects.filter(user=mara).count() == 1

    @pytest.mark.fault("F6")
    def test_a_mandate_ended_takes_the_rights_of_an_open_session_at_once(self, client: Client, boss: User, mara: User) -> None:
        other = Client()
        other.force_login(mara)
        assert "the records of Lakeland" in text(other, "/accounts/access/")
        mandate = Mandate.objects.get(user=mara)

        answer = client.post("/accounts/people/mara/end/", {"mandate": mandate.pk, "on": TODAY.isoformat()})

        assert answer.status_code == 302
        assert "You have no mandate today" in text(other, "/accounts/access/")

    def test_a_look_at_an_end_says_who_no_longer_speaks_for_whom(self, client: Client, boss: User, mara: User) -> None:
        mandate = Mandate.objects.get(user=mara)

        def look(on: str) -> str:
            sent = {"mandate": mandate.pk, "on": on, "look": "1"}
            return client.post("/accounts/people/mara/end/", sent, headers={"HX-Request": "true"}).content.decode()

        assert (
            "From 3 March 2099 Mara Élan no longer speaks for Lakeland; open sessions and tokens lose these rights at once."
            in look("2099-03-03")
        )
        assert "Mara Élan has not spoken for Lakeland since 3 March 2024" in look("2024-03-03")
        assert "Fill in the form to see what this would do." in look("")
        mandate.refresh_from_db()
        assert mandate.period.upper is None

    def test_before_anything_is_filled_in_the_page_says_what_ending_would_do_from_tomorrow(
        self, client: Client, boss: User, mara: User
    ) -> None:
        assert "Mara Élan no longer speaks for Lakeland" in text(client, "/accounts/people/mara/")
        assert "This is your own mandate" in text(client, "/accounts/people/boss/")
        assert "This is your own mandate" not in text(client, "/accounts/people/mara/")

    def test_an_end_that_cannot_stand_is_refused_beside_the_form(self, client: Client, boss: User, mara: User) -> None:
        mandate = Mandate.objects.get(user=mara)

        refused = client.post("/accounts/people/mara/end/", {"mandate": mandate.pk, "on": "2019-01-01"})

        assert refused.status_code == 422
        assert "To stop access at once, close the account." in refused.content.decode()

    @pytest.mark.fault("F7")
    def test_the_mandate_of_another_person_is_not_taken_here(self, client: Client, boss: User, mara: User) -> None:
        zoe = cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA)

        answer = client.post(
            "/accounts/people/mara/end/", {"mandate": Mandate.objects.get(user=zoe).pk, "on": ahead(1).isoformat()}
        )

        assert answer.status_code == 422
        assert Mandate.objects.get(user=zoe).period.upper is None

    def test_a_person_without_a_mandate_has_none_to_end(self, client: Client, boss: User) -> None:
        User.objects.create_user("guest", name="Guest")

        assert 'id="end"' not in text(client, "/accounts/people/guest/")
        assert client.post("/accounts/people/guest/end/", {"mandate": 1, "on": "2027-01-01"}).status_code == 422


class TestTheAccount:
    def test_name_language_and_zone_are_kept(self, client: Client, boss: User, mara: User) -> None:
        told = {"name": "Mara Hill", "language": "fr", "zone": "Pacific/Apia"}

        assert client.post("/accounts/people/mara/describe/", told).status_code == 302
        assert client.post("/accounts/people/mara/describe/", told | {"name": ""}).status_code == 422

        mara.refresh_from_db()
        assert (mara.name, mara.language, mara.zone) == ("Mara Hill", "fr", "Pacific/Apia")
        assert [e.act for e in Entry.objects.order_by("id")] == ["account.renamed", "account.language-set"]

    @pytest.mark.fault("F6")
    def test_an_account_is_closed_and_opened_again(self, client: Client, boss: User, mara: User) -> None:
        other = Client()
        other.force_login(mara)

        assert client.post("/accounts/people/mara/close/").status_code == 302
        assert other.get("/accounts/").status_code == 302
        again = client.post("/accounts/people/mara/close/")
        assert again.status_code == 422
        assert "The account of Mara Élan is closed." in again.content.decode()
        assert client.post("/accounts/people/mara/reopen/").status_code == 302
        mara.refresh_from_db()
        assert mara.is_active

    def test_nobody_closes_their_own_account(self, client: Client, boss: User) -> None:
        refused = client.post("/accounts/people/boss/close/")

        assert refused.status_code == 422
        assert "You cannot close your own account" in refused.content.decode()

    @pytest.mark.fault("F6")
    def test_a_lost_second_factor_is_dropped(self, client: Client, boss: User, mara: User) -> None:
        Authenticator.objects.create(user=mara, type=Authenticator.Type.TOTP, data={})
        assert "Drop the second factor" in text(client, "/accounts/people/mara/")

        assert client.post("/accounts/people/mara/drop-second-factor/").status_code == 302

        assert not Authenticator.objects.exists()
        assert "Drop the second factor" not in text(client, "/accounts/people/mara/")

    @pytest.mark.fault("F6")
    def test_every_session_of_somebody_is_ended(self, client: Client, boss: User, mara: User) -> None:
        browsers = [Client(), Client()]
        for browser in browsers:
            browser.force_login(mara)
            browser.get("/accounts/")

        assert client.post("/accounts/people/mara/end-sessions/").status_code == 302

        assert [browser.get("/accounts/").status_code for browser in browsers] == [302, 302]
        assert Entry.objects.filter(act="session.ended", actor="boss").count() == 2
        refused = client.post("/accounts/people/mara/end-sessions/")
        assert refused.status_code == 422
        assert "Mara Élan is signed in nowhere." in refused.content.decode()


class TestPasswords:
    SENT = {
        "login": "ana", "name": "Ana Popescu", "email": "ana@example.org", "language": "en", "zone": "Europe/Brussels",
        "of": cast.LAKELAND, "role": "point_of_contact", "since": "2026-01-01", "until": "",
    }  # fmt: skip

    @pytest.fixture(autouse=True)
    def lakeland(self) -> Delegation:
        return delegations.accredit(cast.party(cast.LAKELAND), on=date(2020, 1, 1), by=cast.ADMINISTRATOR)

    def words(self, page: str) -> str:
        return page.partition('<code class="token">')[2].partition("</code>")[0]

    def kept_anywhere(self, password: str, log: str) -> bool:
        rows = [str(row) for table in (User, Session, Entry, Token) for row in table.objects.values()]
        return any(password in row for row in [*rows, log])

    @pytest.mark.fault("F12")
    def test_an_account_opens_with_its_mandate_and_a_password_that_is_told_once(
        self, client: Client, boss: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")

        answer = client.post("/accounts/people/open/", self.SENT)

        password = self.words(answer.content.decode())
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert len(password) == 20
        assert User.objects.get(login="ana").check_password(password)
        assert Mandate.objects.running(TODAY).filter(user__login="ana", delegation=cast.LAKELAND).exists()
        assert [e.act for e in Entry.objects.filter(actor="boss").order_by("id")] == ["account.opened", "mandate.given"]
        assert password not in text(client, "/accounts/people/ana/")
        assert not self.kept_anywhere(password, caplog.text)

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ({"until": "2025-12-31"}, "A mandate from 1 January 2026 cannot last until 31 December 2025."),
            ({"login": "BOSS"}, "The login “boss” belongs to somebody already."),
            ({"login": "a b"}, "“a b” is not a login"),
            ({"login": "open"}, "“open” is the name of a page; choose another login."),
            ({"of": ""}, "This field is required."),
        ],
    )
    def test_where_either_is_refused_neither_stands(self, client: Client, boss: User, wrong: dict[str, str], why: str) -> None:
        answer = client.post("/accounts/people/open/", self.SENT | wrong)

        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert self.words(answer.content.decode()) == ""
        assert list(User.objects.values_list("login", flat=True)) == ["boss"]
        assert not Entry.objects.filter(actor="boss").exists()

    def test_sent_a_second_time_it_opens_no_second_account_and_tells_no_password(self, client: Client, boss: User) -> None:
        client.post("/accounts/people/open/", self.SENT)

        again = client.post("/accounts/people/open/", self.SENT)

        assert again.status_code == 422
        assert self.words(again.content.decode()) == ""

    def test_a_look_says_what_it_would_do_and_opens_nothing(self, client: Client, boss: User) -> None:
        looked = client.post("/accounts/people/open/", self.SENT | {"look": "1"}).content.decode()

        assert "From 1 January 2026 until it is ended Ana Popescu speaks for Lakeland." in looked
        assert not User.objects.filter(login="ana").exists()
        assert "Fill in the form" in text(client, "/accounts/people/open/")

    @pytest.mark.fault("F6")
    def test_a_new_password_is_told_once_and_ends_what_was_open(
        self, client: Client, boss: User, mara: User, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        other = Client()
        other.force_login(mara)

        password = self.words(client.post("/accounts/people/mara/password/").content.decode())

        mara.refresh_from_db()
        assert mara.check_password(password)
        assert other.get("/accounts/").status_code == 302
        assert password not in text(client, "/accounts/people/mara/")
        assert not self.kept_anywhere(password, caplog.text)

    def test_ones_own_new_password_signs_oneself_out_but_is_told_first(self, client: Client, boss: User) -> None:
        text(client, "/accounts/people/boss/")

        answer = client.post("/accounts/people/boss/password/")

        assert answer.status_code == 200
        boss.refresh_from_db()
        assert boss.check_password(self.words(answer.content.decode()))
        assert client.get("/accounts/people/").status_code == 302

    def test_only_those_who_manage_accounts_appoint(self, lakeland: Delegation) -> None:
        told = {"name": "Ana", "password": "x", "role": Role.PROVIDER, "of": lakeland, "since": TODAY, "at": NOW}
        with pytest.raises(NotPermitted, match="give and end mandates"):
            people.appoint("ana", **told, by=cast.DESK_OFFICER)  # type: ignore[arg-type]


class TestHousekeeping:
    def test_it_is_done_every_night_and_waits_only_once(self) -> None:
        nightly = app.periodic_registry.periodic_tasks["accounts.forget_expired_sessions", ""]

        assert nightly.cron == "17 3 * * *"
        assert nightly.task.queueing_lock == nightly.task.name

    def test_sessions_that_ran_out_are_forgotten_and_a_second_run_finds_none(self, client: Client, boss: User, mara: User) -> None:
        other = Client()
        other.force_login(mara)
        other.get("/accounts/")
        Session.objects.filter(user=mara).update(expire_date=NOW - timedelta(seconds=1))

        assert forget_expired_sessions(timestamp=0) == 1
        assert forget_expired_sessions(timestamp=0) == 0

        assert client.get("/accounts/people/").status_code == 200
        assert not Session.objects.filter(user=mara).exists()

    def test_a_session_is_forgotten_at_its_last_second_and_not_before(self, client: Client, boss: User) -> None:
        last = Session.objects.get().expire_date

        assert sessions.forget_expired(at=last - timedelta(microseconds=1)) == 0
        assert sessions.forget_expired(at=last) == 1
