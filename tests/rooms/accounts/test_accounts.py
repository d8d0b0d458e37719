"""What is done to accounts, and who may do it."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from comity.accounts import queries
from comity.accounts.acts import accounts, sessions, tokens
from comity.accounts.models import Session, User
from comity.accounts.rules import Role
from comity.kernel.refusals import NotFound, NotPermitted
from comity.parties import queries as parties
from comity.trail.models import Entry
from tests.world import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
STRONG = "a long walk by the lake"


def acts() -> list[str]:
    return [e.act for e in Entry.objects.order_by("id")]


def opened(login: str = "mara", **fields: object) -> User:
    return accounts.open(login, **({"name": "Mara Lake", "by": cast.ADMINISTRATOR, "at": NOW} | fields))  # type: ignore[arg-type]


class TestOpening:
    def test_an_account_is_opened_with_a_login_in_lower_case(self) -> None:
        user = opened("Mara", password=STRONG)

        assert (user.login, user.check_password(STRONG), user.password.startswith("argon2")) == ("mara", True, True)
        assert acts() == ["account.opened"]

    def test_an_account_without_a_password_cannot_sign_in(self) -> None:
        assert not opened().has_usable_password()

    @pytest.mark.parametrize(
        ("fields", "refusal", "sentence"),
        [
            ({"login": "anna"}, accounts.LoginIsTaken, "The login “anna” belongs to somebody already."),
            ({"login": "no spaces"}, accounts.LoginIsNotPlain, "“no spaces” is not a login"),
            ({"email": "ANNA@lake.example"}, accounts.AddressIsTaken, "belongs to another account"),
            ({"zone": "Europe/Atlantis"}, accounts.UnknownZone, "There is no time zone “Europe/Atlantis”."),
            ({"language": "xx"}, accounts.UnknownLanguage, "does not speak “xx”"),
            ({"name": "  "}, accounts.NameIsMissing, "carries the name of a person"),
            ({"password": "short"}, accounts.PasswordIsTooWeak, "This password will not do"),
        ],
    )
    def test_what_cannot_stand_is_refused_in_words(self, fields: dict[str, str], refusal: type, sentence: str) -> None:
        opened("anna", email="anna@lake.example")

        with pytest.raises(refusal) as refused:
            opened(**({"login": "mara"} | fields))

        assert sentence in str(refused.value)
        assert acts() == ["account.opened"]

    def test_only_those_who_manage_accounts_open_them(self) -> None:
        with pytest.raises(NotPermitted):
            opened(by=cast.MENU_MANAGER)


class TestDescribing:
    def test_only_what_changed_is_recorded(self) -> None:
        user = opened()
        me = parties.actor_of(user, at=NOW)

        accounts.describe(user, name="Mara Lake", language="fr", zone="Europe/Paris", by=me, at=NOW)
        accounts.describe(user, name="Mara Hill", language="fr", zone="Europe/Paris", by=me, at=NOW)

        assert acts() == ["account.opened", "account.language-set", "account.renamed"]
        user.refresh_from_db()
        assert (user.name, user.language, user.zone) == ("Mara Hill", "fr", "Europe/Paris")

    def test_nobody_describes_somebody_else(self) -> None:
        user = opened()

        with pytest.raises(NotPermitted):
            accounts.rename(user, name="Somebody", by=cast.LAKE_CONTACT, at=NOW)


class TestClosing:
    def test_a_closed_account_loses_sessions_and_tokens_and_may_be_opened_again(self, client: Client) -> None:
        user = opened()
        tokens.make(user, name="reports", days=30, by=parties.actor_of(user, at=NOW), at=NOW)
        client.force_login(user)
        client.get("/accounts/")

        accounts.disable(user, by=cast.ADMINISTRATOR, at=NOW)

        assert not Session.objects.filter(user=user).exists()
        assert not user.tokens.alive(NOW).exists()
        with pytest.raises(accounts.AccountIsClosed):
            accounts.disable(user, by=cast.ADMINISTRATOR, at=NOW)
        accounts.enable(user, by=cast.ADMINISTRATOR, at=NOW)
        with pytest.raises(accounts.AccountIsOpen):
            accounts.enable(user, by=cast.ADMINISTRATOR, at=NOW)
        assert not user.tokens.alive(NOW).exists()
        assert acts()[-2:] == ["account.disabled", "account.enabled"]

    def test_nobody_closes_their_own_account(self) -> None:
        user = opened(cast.ADMINISTRATOR.login)

        with pytest.raises(accounts.NobodyClosesTheirOwnAccount):
            accounts.disable(user, by=cast.ADMINISTRATOR, at=NOW)


class TestPasswords:
    def test_a_new_password_from_an_administrator_ends_sessions_and_tokens(self, client: Client) -> None:
        user = opened(password=STRONG)
        tokens.make(user, name="reports", days=30, by=parties.actor_of(user, at=NOW), at=NOW)
        client.force_login(user)

        accounts.set_password(user, password=STRONG + "!", by=cast.ADMINISTRATOR, at=NOW)

        assert client.get("/accounts/").status_code == 302
        assert not user.tokens.alive(NOW).exists()
        with pytest.raises(accounts.PasswordIsTooWeak):
            accounts.set_password(user, password="mara", by=cast.ADMINISTRATOR, at=NOW)

    def test_only_the_owner_changes_a_password_by_the_old_one(self) -> None:
        with pytest.raises(NotPermitted):
            accounts.change_password(opened(), password=STRONG, by=cast.ADMINISTRATOR, at=NOW)

    def test_a_lost_second_factor_is_taken_away_by_an_administrator(self) -> None:
        user = opened()

        accounts.drop_second_factor(user, by=cast.ADMINISTRATOR, at=NOW)

        assert acts()[-1] == "account.second-factor-dropped"
        with pytest.raises(NotPermitted):
            accounts.drop_second_factor(user, by=cast.AUDITOR, at=NOW)


@pytest.mark.fault("F5")
class TestReading:
    def test_nobody_lists_the_accounts_of_others(self) -> None:
        mara, _ = opened("mara"), opened("zoe")
        me = parties.actor_of(mara, at=NOW)

        assert [u.login for u in queries.accounts(seen_by=me)] == ["mara"]
        assert [u.login for u in queries.accounts(seen_by=cast.ADMINISTRATOR)] == ["mara", "zoe"]
        assert not queries.accounts(seen_by=cast.DESK_OFFICER).exists()
        with pytest.raises(NotFound):
            queries.account("zoe", seen_by=me)

    def test_sessions_are_seen_and_ended_by_their_owner_only(self, client: Client) -> None:
        mara = opened()
        client.force_login(mara)
        client.get("/accounts/", headers={"user-agent": "Lake Browser"})
        me, now = parties.actor_of(mara, at=NOW), datetime.now(UTC)
        session = queries.sessions(seen_by=me, at=now).get()

        assert (session.user, session.browser, session.began_at is not None) == (mara, "Lake Browser", True)
        assert not queries.sessions(seen_by=cast.LAKE_CONTACT, at=now).exists()
        with pytest.raises(NotFound):
            queries.session(session.mark, seen_by=cast.LAKE_CONTACT, at=now)
        with pytest.raises(NotPermitted):
            sessions.end(session, by=cast.LAKE_CONTACT, at=now)

        sessions.end(session, by=me, at=now)

        assert client.get("/accounts/").status_code == 302


class TestRoles:
    def test_every_role_and_permission_has_words(self) -> None:
        from comity.accounts import rules

        assert set(rules.ROLE_LABELS) == set(rules.ROLES) == set(Role)
        assert set(rules.PERMISSION_LABELS) == set(rules.Permission)

    def test_an_unknown_role_may_do_nothing(self) -> None:
        from comity.accounts import rules

        assert rules.permissions_of("emperor") == frozenset()
