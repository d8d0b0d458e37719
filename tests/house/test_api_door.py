"""The door of the API: who calls, which errors there are, and that a write sent twice is done once."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import path
from ninja import NinjaAPI, Router, Schema

from comity.accounts.acts import tokens
from comity.accounts.models import Answer, User
from comity.accounts.rules import Role
from comity.config import once
from comity.config.api import Careful, api
from comity.config.describing import completed
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import _
from comity.parties import queries as parties
from comity.trail import acts as trail
from comity.trail.models import Entry
from comity.ui.wire import public
from tests.world import cast


class Wish(Schema):
    """What is wished for."""

    words: str
    times: int = 1


class TooMuch(Refusal):
    """The wish is too large."""

    message = _("{times} times is too much.")


router = Router(tags=["Wishes"])


@router.get("/wishes", auth=public)
def wishes(request: Any) -> dict[str, object]:
    """Say who asks."""
    return {"login": request.actor.login}


@router.get("/wishes/{number}")
def wish(request: Any, number: int) -> dict[str, object]:
    """One wish."""
    raise NotFound(what="wish")


@router.post("/wishes")
def make(request: Any, body: Wish) -> dict[str, object]:
    """Make a wish."""
    if body.times == 13:
        raise RuntimeError
    with transaction.atomic():
        line = trail.record("wish.made", User.objects.get(login=request.actor.login), by=request.actor, words=body.words)
        if body.times > 10:
            raise TooMuch(times=body.times)
    return {"number": line.pk}


probe = NinjaAPI(urls_namespace="probe", docs_url=None, auth=api.auth, parser=Careful())
probe._exception_handlers = api._exception_handlers
probe.add_router("", router)
urlpatterns = [path("api/v1/", probe.urls)]
handler404 = "comity.config.views.not_found"
handler500 = "comity.config.views.fault"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def mara() -> User:
    return cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND)


@pytest.fixture
def bearer(mara: User) -> dict[str, str]:
    now = datetime.now(UTC)
    return {"authorization": f"Bearer {tokens.make(mara, name='t', days=9, by=parties.actor_of(mara, at=now), at=now)[1]}"}


def post(client: Client, body: object, **headers: str) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post("/api/v1/wishes", text, content_type="application/json", headers=headers)


class TestWhoCalls:
    def test_a_public_operation_answers_a_stranger_and_knows_whoever_signed_in(
        self, client: Client, bearer: dict[str, str]
    ) -> None:
        assert client.get("/api/v1/wishes").json() == {"login": ""}
        assert client.get("/api/v1/wishes", headers=bearer).json() == {"login": "mara"}

    def test_any_other_operation_answers_a_stranger_with_401(self, client: Client) -> None:
        response = post(client, {"words": "peace"})

        assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="Comity"')
        assert response.json()["code"] == "sign-in-first"

    def test_a_session_writes_only_with_proof_of_its_page(self, mara: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(mara)
        client.get("/api/v1/wishes")

        refused = post(client, {"words": "peace"})

        assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
        client.cookies["csrftoken"] = "a" * 32
        assert post(client, {"words": "peace"}, **{"x-csrftoken": "a" * 32}).status_code == 200

    @pytest.mark.fault("F13")
    def test_no_answer_is_kept_for_another(self, client: Client, bearer: dict[str, str]) -> None:
        for headers in ({}, bearer):
            response = client.get("/api/v1/wishes", headers=headers)
            assert response["Cache-Control"] == "no-store"
            assert {"Authorization", "Cookie", "Accept-Language"} <= set(response["Vary"].split(", "))


class TestProblems:
    @pytest.mark.parametrize(
        ("method", "address", "body", "number", "code"),
        [
            ("get", "/api/v1/wishes/7", None, 404, "not-found"),
            ("get", "/api/v1/wishes/x", None, 422, "not-valid"),
            ("get", "/api/v1/nowhere", None, 404, "not-found"),
            ("put", "/api/v1/wishes", {}, 405, "method-not-allowed"),
            ("post", "/api/v1/wishes", {"times": 1}, 422, "not-valid"),
            ("post", "/api/v1/wishes", "{", 400, "not-understood"),
            ("post", "/api/v1/wishes", '{"words": "\\u0000"}', 400, "not-understood"),
            ("post", "/api/v1/wishes", "[" * 100_000, 400, "not-understood"),
            ("post", "/api/v1/wishes", {"words": "gold", "times": 11}, 409, "too-much"),
            ("get", "/api/v1/wishes?x=%00", None, 400, "not-understood"),
        ],
    )
    def test_every_error_is_a_problem_with_a_code(
        self, client: Client, bearer: dict[str, str], method: str, address: str, body: object, number: int, code: str
    ) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        send = {} if body is None else {"data": text, "content_type": "application/json"}

        response = getattr(client, method)(address, headers=bearer, **send)

        told = response.json()
        assert (response.status_code, response["Content-Type"]) == (number, "application/problem+json")
        assert (told["status"], told["code"], told["type"]) == (number, code, "about:blank")
        assert told["title"]

    def test_what_is_not_valid_is_named_place_by_place(self, client: Client, bearer: dict[str, str]) -> None:
        told = post(client, {"times": "x"}, **bearer).json()

        assert [e["at"] for e in told["errors"]] == ["body.body.words", "body.body.times"]

    def test_a_refusal_is_told_in_the_language_of_the_caller(self, client: Client, bearer: dict[str, str]) -> None:
        assert post(client, {"words": "gold", "times": 11}, **bearer).json()["title"] == "11 times is too much."

    def test_a_fault_is_a_problem_too_and_says_nothing_of_its_inside(self, bearer: dict[str, str]) -> None:
        response = post(Client(raise_request_exception=False), {"words": "x", "times": 13}, **bearer)

        assert (response.status_code, response.json()["code"]) == (500, "fault")
        assert "RuntimeError" not in response.content.decode()


class TestOnce:
    def test_the_same_write_is_answered_again_and_done_once(self, client: Client, bearer: dict[str, str]) -> None:
        answers = [post(client, {"words": "peace"}, **bearer, **{"idempotency-key": "k1"}) for _ in range(3)]

        assert len({a.content for a in answers}) == 1
        assert [a.headers.get("Idempotency-Replayed") for a in answers] == [None, "true", "true"]
        assert Entry.objects.filter(act="wish.made").count() == 1

    def test_another_write_under_the_same_key_is_refused(self, client: Client, bearer: dict[str, str]) -> None:
        post(client, {"words": "peace"}, **bearer, **{"idempotency-key": "k1"})

        other = post(client, {"words": "gold"}, **bearer, **{"idempotency-key": "k1"})

        assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
        assert Entry.objects.filter(act="wish.made").count() == 1

    def test_what_was_refused_may_be_tried_again(self, client: Client, bearer: dict[str, str]) -> None:
        assert post(client, {"words": "gold", "times": 11}, **bearer, **{"idempotency-key": "k1"}).status_code == 409
        assert not Answer.objects.exists()

        assert post(client, {"words": "gold", "times": 2}, **bearer, **{"idempotency-key": "k1"}).status_code == 200

    def test_keys_of_one_caller_are_not_those_of_another(self, client: Client, bearer: dict[str, str]) -> None:
        post(client, {"words": "peace"}, **bearer, **{"idempotency-key": "k1"})
        other = Client()
        other.force_login(cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA))

        assert post(other, {"words": "peace"}, **{"idempotency-key": "k1"}).status_code == 200
        assert Entry.objects.filter(act="wish.made").count() == 2

    @pytest.mark.parametrize("key", ["", "x" * 201, "é"])
    def test_a_key_is_short_and_printable(self, client: Client, bearer: dict[str, str], key: str) -> None:
        refused = post(client, {"words": "peace"}, **bearer, **{"idempotency-key": key})

        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-not-valid")

    def test_answers_are_forgotten_after_a_day(self, client: Client, bearer: dict[str, str]) -> None:
        post(client, {"words": "peace"}, **bearer, **{"idempotency-key": "k1"})
        Answer.objects.update(at=datetime.now(UTC) - once.KEPT_FOR - timedelta(seconds=1))

        assert "Idempotency-Replayed" not in post(client, {"words": "peace"}, **bearer, **{"idempotency-key": "k1"}).headers

    def test_a_stranger_with_a_key_is_still_a_stranger(self, client: Client) -> None:
        assert post(client, {"words": "peace"}, **{"idempotency-key": "k1"}).status_code == 401
        assert not Answer.objects.exists()

    @pytest.mark.fault("F18")
    @pytest.mark.django_db(transaction=True)
    def test_of_many_equal_writes_at_one_moment_exactly_one_is_done(self, bearer: dict[str, str]) -> None:
        answers: list[Any] = []
        together = threading.Barrier(8)

        def call() -> None:
            together.wait()
            answers.append(post(Client(), {"words": "peace"}, **bearer, **{"idempotency-key": "k1"}))
            connection.close()

        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {a.status_code for a in answers} == {200}
        assert len({a.content for a in answers}) == 1
        assert Entry.objects.filter(act="wish.made").count() == 1


class TestDescription:
    def test_every_operation_tells_who_may_call_its_errors_and_its_key(self) -> None:
        told = completed(NinjaAPI.get_openapi_schema(probe, path_prefix="api/v1/"), probe)["paths"]

        assert told["/api/v1/wishes"]["get"]["security"] == [{}, {"token": []}, {"session": []}]
        assert told["/api/v1/wishes"]["post"]["security"] == [{"token": []}, {"session": []}]
        assert {"200", "401", "409", "422"} <= set(told["/api/v1/wishes"]["post"]["responses"])
        assert [p["name"] for p in told["/api/v1/wishes"]["post"]["parameters"]] == ["Idempotency-Key"]
        assert told["/api/v1/wishes"]["get"]["parameters"] == []


@pytest.mark.urls("comity.config.urls")
class TestRealDescription:
    def test_the_description_is_openapi_3_1_and_open_to_strangers(self, client: Client) -> None:
        told = client.get("/api/v1/openapi.json").json()

        assert told["openapi"].startswith("3.1")
        assert set(told["components"]["securitySchemes"]) == {"token", "session"}

    def test_people_can_read_it_without_a_script(self, client: Client) -> None:
        page = client.get("/api/v1/docs").content.decode()
        told = client.get("/api/v1/openapi.json").json()

        assert all(address in page for address in told["paths"])
        assert page.count("<script") == 2
