"""The pages of one's own account, and who may do what."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from comity.accounts.models import Token, User
from comity.accounts.rules import ROLE_LABELS, Role
from comity.parties.acts import mandates
from comity.parties.models import Mandate
from tests.world import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(client: Client) -> User:
    user = cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND)
    client.force_login(user)
    return user


@pytest.fixture
def boss(client: Client) -> User:
    user = cast.person("boss", Role.ADMINISTRATOR, of=cast.HEADQUARTERS)
    client.force_login(user)
    return user


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestOwnAccount:
    def test_name_language_and_zone_are_kept(self, client: Client, mara: User) -> None:
        kept = client.post("/accounts/", {"name": "Mara Hill", "language": "fr", "zone": "Pacific/Apia"})

        assert kept["Location"] == "/accounts/"
        mara.refresh_from_db()
        assert (mara.name, mara.language, mara.zone) == ("Mara Hill", "fr", "Pacific/Apia")

    def test_what_cannot_stand_is_said_beside_the_form(self, client: Client, mara: User) -> None:
        told = client.post("/accounts/", {"name": "", "language": "fr", "zone": "Europe/Atlantis"})

        assert told.status_code == 422
        assert told.content.decode().count('role="alert"') == 2

    def test_the_browsers_signed_in_are_listed(self, client: Client, mara: User) -> None:
        client.get("/", headers={"user-agent": "Lake Browser 1"})

        assert "Lake Browser 1" in text(client, "/accounts/")

    @pytest.mark.fault("F7")
    def test_a_session_of_another_cannot_be_ended(self, client: Client, mara: User) -> None:
        other = Client()
        other.force_login(cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA))
        other.get("/accounts/")

        assert client.post(f"/accounts/sessions/{other.session.session_key[-8:]}/end/").status_code == 404
        assert other.get("/accounts/").status_code == 200


class TestTokens:
    def test_a_token_is_shown_once(self, client: Client, mara: User) -> None:
        made = client.post("/accounts/tokens/", {"name": "reports", "days": 30}).content.decode()

        assert "comity_" in made.partition('<code class="token">')[2][:30]
        after = text(client, "/accounts/tokens/")
        assert Token.objects.get().prefix in after
        assert 'class="token"' not in after

    def test_a_second_token_of_that_name_is_refused_beside_the_form(self, client: Client, mara: User) -> None:
        client.post("/accounts/tokens/", {"name": "reports", "days": 30})

        told = client.post("/accounts/tokens/", {"name": "reports", "days": 30})

        assert told.status_code == 422
        assert "You have a token called “reports” already." in told.content.decode()

    @pytest.mark.fault("F7")
    def test_a_token_is_revoked_by_its_owner_only(self, client: Client, mara: User) -> None:
        client.post("/accounts/tokens/", {"name": "reports", "days": 30})
        token = Token.objects.get()
        other = Client()
        other.force_login(cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA))

        assert other.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
        assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
        assert "revoked" in text(client, "/accounts/tokens/")


class TestWhoMayDoWhat:
    def test_the_table_of_roles_is_shown_as_the_program_holds_it(self, client: Client, mara: User) -> None:
        page = text(client, "/accounts/access/")

        assert all(label in page for label in ROLE_LABELS.values())
        assert "the records of Lakeland" in page
        assert "Ask for places on behalf of the own party" in page
        assert "Delegations and their people" not in page

    def test_somebody_without_a_mandate_is_told_so(self, client: Client, mara: User) -> None:
        mandates.end(Mandate.objects.get(), on=date(2026, 1, 1), by=cast.ADMINISTRATOR)

        assert "You have no mandate today" in text(client, "/accounts/access/")

    def test_those_who_manage_accounts_find_the_people_from_here(self, client: Client, boss: User) -> None:
        assert '<a class="button" href="/accounts/people/">' in text(client, "/accounts/access/")


def test_times_are_shown_in_the_readers_zone(client: Client, mara: User) -> None:
    User.objects.filter(pk=mara.pk).update(zone="Asia/Tbilisi")
    client.post("/accounts/tokens/", {"name": "reports", "days": 30})
    Token.objects.update(made_at=datetime(2026, 1, 1, 22, tzinfo=UTC))

    assert "2 Jan 2026, 02:00 Tbilisi" in text(client, "/accounts/tokens/")
