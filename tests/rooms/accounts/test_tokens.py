"""Tokens: a program acts as its owner does at that moment, and no longer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI, Router

from comity.accounts import queries
from comity.accounts.acts import accounts, tokens
from comity.accounts.models import Token, User
from comity.accounts.rules import Role, permissions_of
from comity.config.api import api
from comity.kernel.refusals import NotFound, NotPermitted
from comity.parties import queries as parties
from comity.parties.acts import mandates
from comity.parties.models import Mandate
from tests.world import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def mara() -> User:
    return cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND)


def made(user: User, *, name: str = "reports", days: int = 30, at: datetime | None = None) -> tuple[Token, str]:
    at = at or datetime.now(UTC)
    return tokens.make(user, name=name, days=days, by=parties.actor_of(user, at=at), at=at)


class TestMaking:
    def test_the_words_are_told_once_and_only_their_digest_is_kept(self, mara: User) -> None:
        token, words = made(mara)

        kept = Token.objects.values().get()
        assert words.startswith("comity_")
        assert words not in map(str, kept.values())
        assert queries.bearer(words, at=datetime.now(UTC)) == token
        assert words.startswith(token.prefix)
        assert len(token.prefix) == 12

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"name": "reports"}, tokens.TokenNameIsTaken),
            ({"name": " "}, tokens.TokenNameIsMissing),
            ({"days": 0}, tokens.TokenLivesAtMostAYear),
            ({"days": 367}, tokens.TokenLivesAtMostAYear),
        ],
    )
    def test_what_cannot_stand_is_refused(self, mara: User, fields: dict[str, object], refusal: type) -> None:
        made(mara)

        with pytest.raises(refusal):
            made(mara, **({"name": "other"} | fields))  # type: ignore[arg-type]

    def test_nobody_makes_a_token_for_somebody_else(self, mara: User) -> None:
        with pytest.raises(tokens.TokensAreMadeByTheirOwner):
            tokens.make(mara, name="x", days=1, by=cast.ADMINISTRATOR, at=NOW)

    def test_a_name_is_free_again_when_its_token_is_revoked(self, mara: User) -> None:
        token, _ = made(mara)
        tokens.revoke(token, by=parties.actor_of(mara, at=NOW), at=NOW)

        assert made(mara)[0].name == "reports"
        with pytest.raises(tokens.TokenIsRevoked):
            tokens.revoke(token, by=cast.ADMINISTRATOR, at=NOW)

    def test_nobody_sees_or_revokes_the_token_of_another(self, mara: User) -> None:
        token, _ = made(mara)

        with pytest.raises(NotFound):
            queries.token(token.pk, seen_by=cast.MERIDIA_CONTACT)
        with pytest.raises(NotPermitted):
            tokens.revoke(token, by=cast.MERIDIA_CONTACT, at=NOW)
        assert queries.tokens(seen_by=cast.ADMINISTRATOR).get() == token


router = Router()


@router.get("/who")
def who(request):  # type: ignore[no-untyped-def]
    return {"login": request.actor.login, "party": request.actor.party, "permissions": sorted(request.actor.permissions)}


probe = NinjaAPI(urls_namespace="probe", docs_url=None, auth=api.auth)
probe._exception_handlers = api._exception_handlers
probe.add_router("", router)
urlpatterns = [path("api/v1/", probe.urls)]


@pytest.mark.fault("F6")
@pytest.mark.urls(__name__)
class TestUsing:
    def test_a_token_acts_as_its_owner_does_at_that_moment(self, client: Client, mara: User) -> None:
        _, words = made(mara)

        told = client.get("/api/v1/who", headers={"authorization": f"Bearer {words}"}).json()

        rights = sorted(permissions_of(Role.POINT_OF_CONTACT))
        assert told == {"login": "mara", "party": "XLA", "permissions": rights}
        assert Token.objects.get().used_at is not None

    def test_a_mandate_that_ended_takes_the_rights_of_the_token_with_it(self, client: Client, mara: User) -> None:
        _, words = made(mara)
        mandates.end(Mandate.objects.get(), on=date(2026, 1, 1), by=cast.ADMINISTRATOR)

        told = client.get("/api/v1/who", headers={"authorization": f"Bearer {words}"}).json()

        assert told == {"login": "mara", "party": None, "permissions": []}

    @pytest.mark.parametrize("why", ["revoked", "expired", "closed", "invented", "empty"])
    def test_a_token_that_is_no_more_is_answered_as_no_token(self, client: Client, mara: User, why: str) -> None:
        long_ago = datetime.now(UTC) - timedelta(days=60)
        token, words = made(mara, at=long_ago if why == "expired" else None)
        if why == "revoked":
            tokens.revoke(token, by=cast.ADMINISTRATOR, at=NOW)
        if why == "closed":
            accounts.disable(mara, by=cast.ADMINISTRATOR, at=NOW)
        words = {"invented": "comity_x", "empty": ""}.get(why, words)

        response = client.get("/api/v1/who", headers={"authorization": f"Bearer {words}"})

        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "sign-in-first"

    def test_the_session_counts_for_nothing_beside_a_token(self, client: Client, mara: User) -> None:
        client.force_login(cast.person("zoe", Role.ADMINISTRATOR, of=cast.HEADQUARTERS))
        _, words = made(mara)

        assert client.get("/api/v1/who", headers={"authorization": f"Bearer {words}"}).json()["login"] == "mara"
        assert client.get("/api/v1/who", headers={"authorization": "Bearer no"}).status_code == 401

    def test_a_session_reads_without_and_writes_with_proof_of_its_page(self, mara: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(mara)

        assert client.get("/api/v1/who").json()["login"] == "mara"

    @pytest.mark.fault("F11")
    def test_a_token_that_calls_too_often_waits(self, client: Client, mara: User) -> None:
        _, words = made(mara)
        with override_settings(API_CALLS_A_MINUTE=2):
            answers = [client.get("/api/v1/who", headers={"authorization": f"Bearer {words}"}) for _ in range(6)]

        refused = [a for a in answers if a.status_code == 429]
        assert refused
        assert 0 < int(refused[-1]["Retry-After"]) <= 60
        assert refused[-1].json()["code"] == "too-many-calls"


def test_a_token_opens_no_page(client: Client, mara: User) -> None:
    _, words = made(mara)

    assert client.get("/accounts/", headers={"authorization": f"Bearer {words}"}).status_code == 302
