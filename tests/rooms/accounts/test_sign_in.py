"""Sign-in: who gets in, who is told what, and what ends it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpResponse
from django.test import Client, override_settings

from comity.accounts.acts import accounts
from comity.accounts.models import Session, User
from comity.accounts.rules import Role
from comity.parties.acts import mandates
from comity.parties.models import Mandate
from comity.trail.models import Entry
from tests.world import cast

pytestmark = pytest.mark.django_db
PASSWORD = "maramara"


@pytest.fixture
def mara() -> User:
    return cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND)


def sign_in(client: Client, login: str = "mara", password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post("/accounts/login/", {"login": login, "password": password} | more)


def code_of(user: User) -> str:
    secret = Authenticator.objects.get(user=user, type="totp").wrap()
    assert isinstance(secret, TOTP)
    from allauth.mfa.adapter import get_adapter

    words = get_adapter().decrypt(secret.instance.data["secret"])
    return format_hotp_value(hotp_value(words, next(iter(yield_hotp_counters_from_time()))))


def with_second_factor(client: Client, user: User) -> None:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = client.session["mfa.totp.secret"]
    assert secret in page or "svg" in page
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    client.post("/accounts/logout/")


def said(response: HttpResponse) -> str:
    """What the page says, without what is drawn anew for each page."""
    return re.sub(r'value="[^"]*"', "", response.content.decode())


class TestPassword:
    def test_whoever_knows_the_password_is_somebody(self, client: Client, mara: User) -> None:
        assert sign_in(client).status_code == 302
        assert "Mara" in client.get("/accounts/").content.decode()
        assert Session.objects.get().user == mara

    def test_a_login_is_known_in_any_case_of_letters(self, client: Client, mara: User) -> None:
        assert sign_in(client, "MARA").status_code == 302

    def test_signing_out_takes_a_form_and_ends_the_session(self, client: Client, mara: User) -> None:
        sign_in(client)

        assert client.get("/accounts/logout/").status_code == 200
        client.post("/accounts/logout/")

        assert client.get("/accounts/").status_code == 302

    def test_the_session_key_changes_at_sign_in(self, client: Client, mara: User) -> None:
        client.get("/accounts/login/")
        client.session["x"] = 1
        before = client.session.session_key
        sign_in(client)

        assert client.session.session_key != before

    def test_a_changed_password_ends_the_other_sessions_and_the_tokens(self, client: Client, mara: User) -> None:
        elsewhere = Client()
        sign_in(elsewhere)
        sign_in(client)

        changed = client.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": "walks by the lake", "password2": "walks by the lake"},
        )

        assert changed.status_code == 302
        assert client.get("/accounts/").status_code == 200
        assert elsewhere.get("/accounts/").status_code == 302
        assert Entry.objects.filter(act="account.password-changed", actor="mara").exists()


@pytest.mark.fault("F5")
class TestOneAnswerForEveryFailure:
    def test_unknown_wrong_and_closed_are_told_the_same(self, mara: User) -> None:
        closed = cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA)
        accounts.disable(closed, by=cast.ADMINISTRATOR, at=datetime.now(UTC))

        answers = [
            sign_in(Client(), login, password) for login, password in (("mara", "wrong"), ("nobody", "wrong"), ("zoe", "zoezoe"))
        ]

        assert {a.status_code for a in answers} == {200}
        assert len({said(a).replace("nobody", "").replace("zoe", "").replace("mara", "") for a in answers}) == 1

    def test_a_password_is_hashed_once_whether_the_account_exists_or_not(self, mara: User, monkeypatch: pytest.MonkeyPatch) -> None:
        hashed: list[str] = []
        real_encode, real_verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

        def encode(self: Argon2PasswordHasher, *given: object) -> str:
            hashed.append("encode")
            return real_encode(self, *given)

        def verify(self: Argon2PasswordHasher, *given: object) -> bool:
            hashed.append("verify")
            return real_verify(self, *given)

        monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
        monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
        counts = []
        for login in ("mara", "nobody"):
            hashed.clear()
            sign_in(Client(), login, "wrong")
            counts.append(len(hashed))

        assert counts == [1, 1]

    @pytest.mark.parametrize(
        "path",
        [
            "signup/",
            "email/",
            "confirm-email/",
            "confirm-email/abc/",
            "password/reset/",
            "password/reset/done/",
            "password/set/",
            "password/reset/key/1-abc/",
            "password/reset/key/done/",
            "inactive/",
            "login/code/",
            "login/code/confirm/",
            "2fa/webauthn/",
            "2fa/trust/",
            "social/login/error/",
        ],
    )
    def test_no_other_page_of_the_library_is_there(self, client: Client, path: str) -> None:
        assert client.get(f"/accounts/{path}").status_code == 404
        assert client.post(f"/accounts/{path}").status_code in {404, 403}


@pytest.mark.fault("F11")
class TestGuessing:
    def test_the_sixth_guess_at_one_account_is_not_looked_at(self, mara: User) -> None:
        for _ in range(5):
            sign_in(Client(), "mara", "wrong")

        assert sign_in(Client()).status_code == 200
        assert not Session.objects.filter(user=mara).exists()

    def test_guessing_at_accounts_that_do_not_exist_is_limited_alike(self) -> None:
        told = [said(sign_in(Client(), "nobody", "wrong")) for _ in range(7)]

        assert told[0] == told[4] != told[6]

    def test_guesses_are_counted_in_the_database(self, mara: User) -> None:
        from django.db import connection

        sign_in(Client(), "mara", "wrong")

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_cache")
            assert cursor.fetchone()[0] > 0

    def test_guesses_at_the_second_factor_are_limited(self, client: Client, mara: User) -> None:
        with_second_factor(client, mara)
        sign_in(client)
        for _ in range(5):
            client.post("/accounts/2fa/authenticate/", {"code": "000000"})

        client.post("/accounts/2fa/authenticate/", {"code": code_of(mara)})

        assert client.get("/accounts/").status_code == 302


class TestSecondFactor:
    def test_with_a_second_factor_the_password_alone_opens_nothing(self, client: Client, mara: User) -> None:
        with_second_factor(client, mara)
        Authenticator.objects.filter(type="totp").update(last_used_at=None)

        assert sign_in(client)["Location"].startswith("/accounts/2fa/authenticate/")
        assert client.get("/accounts/").status_code == 302

    def test_a_recovery_code_opens_once(self, client: Client, mara: User) -> None:
        with_second_factor(client, mara)
        codes = Authenticator.objects.get(user=mara, type="recovery_codes").wrap().get_unused_codes()
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert client.get("/accounts/").status_code == 200

        again = Client()
        sign_in(again)
        again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert again.get("/accounts/").status_code == 302

    def test_the_secret_is_kept_encrypted_and_its_setting_is_recorded(
        self, client: Client, mara: User, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            with_second_factor(client, mara)

        assert Authenticator.objects.get(type="totp").data["secret"].startswith("gAAAA")
        assert [e.facts["kind"] for e in Entry.objects.filter(act="account.second-factor-set").order_by("id")][:1] == ["totp"]


@pytest.mark.fault("F6")
class TestWhatEndsAccess:
    def test_a_closed_account_is_a_stranger_at_the_next_click(self, client: Client, mara: User) -> None:
        sign_in(client)
        User.objects.filter(pk=mara.pk).update(is_active=False)

        assert client.get("/accounts/").status_code == 302

    def test_a_mandate_that_ended_leaves_a_guest(self, client: Client, mara: User) -> None:
        sign_in(client)
        mandates.end(Mandate.objects.get(), on=date(2026, 1, 1), by=cast.ADMINISTRATOR)

        assert "You have no mandate today" in client.get("/accounts/access/").content.decode()
        assert "No line fits" in client.get("/trail/").content.decode()

    def test_a_revoked_session_is_a_strangers(self, client: Client, mara: User) -> None:
        sign_in(client)
        client.get("/accounts/")
        other = Client()
        sign_in(other)
        other.get("/accounts/")
        mark = Session.objects.get(pk=other.session.session_key).mark

        assert client.post(f"/accounts/sessions/{mark}/end/").status_code == 302

        assert other.get("/accounts/").status_code == 302
        assert client.get("/accounts/").status_code == 200


@pytest.mark.fault("F12")
class TestDemonstration:
    @pytest.fixture
    def invented(self) -> User:
        user = cast.person("poc", Role.POINT_OF_CONTACT, of=cast.LAKELAND)
        User.objects.filter(pk=user.pk).update(is_demonstration=True)
        return user

    def enter(self, client: Client, **where: str) -> HttpResponse:
        return client.post("/accounts/demonstration/", {"login": "poc", "next": "/accounts/"}, **where)

    def test_at_this_machine_one_may_be_anybody_of_the_demonstration(self, client: Client, invented: User) -> None:
        page = client.get("/accounts/login/").content.decode()
        assert "Sign in as poc" in page
        assert "Point of contact" in page
        assert "Lakeland" in page

        assert self.enter(client)["Location"] == "/accounts/"

        assert client.get("/accounts/").status_code == 200

    @pytest.mark.parametrize("where", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}])
    def test_from_elsewhere_the_accounts_of_a_demonstration_are_nobody(
        self, client: Client, invented: User, where: dict[str, str]
    ) -> None:
        assert "Sign in as" not in client.get("/accounts/login/", **where).content.decode()
        assert self.enter(client, **where).status_code == 404
        signed = client.post("/accounts/login/", {"login": "poc", "password": "pocpoc"}, **where)
        assert signed.status_code == 200
        self.enter(client)
        assert client.get("/accounts/", **where).status_code == 302
        assert client.get("/accounts/2fa/", **where).status_code == 302

    def test_outside_a_demonstration_they_are_nobody_even_here(self, client: Client, invented: User) -> None:
        self.enter(client)
        with override_settings(DEMONSTRATION=False):
            assert client.get("/accounts/").status_code == 302
            assert self.enter(client).status_code == 404
            assert "Sign in as" not in client.get("/accounts/login/").content.decode()

    def test_nobody_else_is_entered_without_a_password(self, client: Client, invented: User, mara: User) -> None:
        assert client.post("/accounts/demonstration/", {"login": "mara"}).status_code == 404

    def test_entering_takes_a_form_of_ours(self, invented: User) -> None:
        assert self.enter(Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.fault("F10")
class TestRedirects:
    @pytest.mark.parametrize(
        "away", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil"]
    )
    def test_no_redirect_leaves_the_site(self, mara: User, away: str) -> None:
        User.objects.filter(pk=mara.pk).update(is_demonstration=True)

        answers = [
            sign_in(Client(), next=away),
            Client().post("/accounts/demonstration/", {"login": "mara", "next": away}),
            Client().post("/preferences/", {"theme": "dark", "next": away}),
        ]

        assert [a["Location"] for a in answers] == ["/", "/", "/"]

    def test_after_sign_in_one_is_where_one_wanted_to_be(self, mara: User) -> None:
        assert sign_in(Client(), next="/trail/?act=party")["Location"] == "/trail/?act=party"


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/change/"])
def test_no_field_says_its_label_twice(client: Client, address: str) -> None:
    if "password" in address:
        client.force_login(cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND))

    main = client.get(address, follow=True).content.decode().split("<main")[1]

    assert 'type="password"' in main
    assert "placeholder" not in main
