"""The API is fuzzed from its own description: whatever is sent, there is no fault, and every answer is as described.

What is sent is the same on each run. Half of it fits the description, half breaks it on purpose; addresses are filled
with what exists wherever a name fits, so that the answers are not all "not found".
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from comity.accounts.acts import tokens
from tests.house.peopled import Peopled, people_the_house

pytestmark = pytest.mark.django_db

DESCRIPTION = "/api/v1/openapi.json"
EXAMPLES = 2
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What addresses and queries ask for, by the name of a column that has it.
COLUMNS = {"pk": ("pk", "request", "round"), "code": ("code",), "number": ("number",), "year": ("year",), "framework": ("code",)}
WRITES = ("POST", "PUT", "PATCH")
Headers = dict[str, str]


@pytest.fixture
def house(caplog: pytest.LogCaptureFixture) -> Iterator[Peopled]:
    """A house full of things, on one connection: a server would close it after each answer."""
    caplog.set_level("CRITICAL", logger="django.request")
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield people_the_house()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described() -> Any:
    """The description as programs read it."""
    return schemathesis.openapi.from_wsgi(DESCRIPTION, get_wsgi_application())


def headers_of(house: Peopled, who: str) -> Headers:
    """The token somebody carries."""
    if not who:
        return {}
    now = datetime.now(UTC)
    _, words = tokens.make(house.users[who], name="A program", days=9, by=house.actor(who), at=now)
    return {"Authorization": f"Bearer {words}"}


def cases(operation: Any, values: dict[str, list[Any]], mode: GenerationMode) -> st.SearchStrategy[Any]:
    """What is sent to an operation; where something exists by the name of a parameter, its key is sent as well."""
    known = {name: [v for column in COLUMNS.get(name, ()) for v in values.get(column, [])] for name in COLUMNS}

    @st.composite
    def case(draw: st.DrawFn) -> Any:
        sent = draw(operation.as_strategy(generation_mode=mode))
        for name in sent.path_parameters or {}:
            if known.get(name) and draw(st.integers(0, 3)):
                sent.path_parameters[name] = draw(st.sampled_from(known[name]))
        return sent

    return case()


def body_is_broken(case: Any) -> bool:
    """Whether it is the body that does not fit; where only the address did not, a known one has taken its place."""
    told = case.meta.components.get(ParameterLocation.BODY)
    return told is not None and told.mode is GenerationMode.NEGATIVE


def modes(operation: Any) -> list[GenerationMode]:
    """What fits, and what does not; where only a name in the address is asked for, nothing can fail to fit."""
    asks = [name for part in (operation.query, operation.body) for name in part]
    return [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if asks else [])]


def fuzz(operation: Any, values: dict[str, list[Any]], mode: GenerationMode, callers: list[Headers]) -> list[tuple[Any, list[Any]]]:
    """Send what was made up, one thing after another, by each caller, each time undone; what was sent, and the answers."""
    answers: list[tuple[Any, list[Any]]] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation, values, mode))
    def send(case: Any) -> None:
        answers.append((case, [undone(case, headers) for headers in callers]))

    send()
    return answers


def undone(case: Any, headers: Headers) -> Any:
    """The answer to one thing sent, which leaves nothing behind."""
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)
    return response


def breach_of(case: Any, response: Any) -> str:
    """What is wrong with an answer, if anything."""
    try:
        case.validate_response(response, checks=CHECKS)
    except (AssertionError, ExceptionGroup) as fault:
        return f"{case.method} {case.formatted_path} {case.query} {case.body}: {response.status_code} {fault}"
    return ""


def test_whatever_is_sent_there_is_no_fault_and_every_answer_is_as_described(house: Peopled) -> None:
    # A stranger, a point of contact and an administrator send the same: making it up takes longer than answering it.
    callers = ["", "mara", "boss"]
    headers, values = [headers_of(house, who) for who in callers], house.values(house.actor("guest"))

    breaches: list[str] = []
    numbers: dict[str, set[int]] = {who: set() for who in callers}
    for found in described().get_all_operations():
        for mode in modes(found.ok()):
            for case, responses in fuzz(found.ok(), values, mode, headers):
                for who, response in zip(callers, responses, strict=True):
                    numbers[who].add(response.status_code)
                    breaches += [f"{who}: {breach}" for breach in [breach_of(case, response)] if breach]

    assert breaches == []
    assert numbers[""] >= {200, 404, 401}
    assert numbers["mara"] & numbers["boss"] >= {200, 404, 422}


def test_a_body_that_does_not_fit_is_refused_as_a_problem(house: Peopled) -> None:
    headers, values = headers_of(house, "mara"), house.values(house.actor("guest"))

    taken = []
    for found in described().get_all_operations():
        operation = found.ok()
        if operation.method.upper() in WRITES and operation.body:
            for case, [response] in fuzz(operation, values, GenerationMode.NEGATIVE, [headers]):
                if not body_is_broken(case):
                    continue
                if response.status_code < 400 or response.headers["content-type"] != ["application/problem+json"]:
                    taken.append(f"{case.method} {case.formatted_path} {case.body}: {response.status_code}")

    assert taken == []


def test_the_description_is_openapi_3_1_and_valid() -> None:
    told = described()

    told.validate()
    assert Client().get(DESCRIPTION).json()["openapi"].startswith("3.1.")
    assert json.loads(Client().get(DESCRIPTION).content)["info"]["title"] == "Comity"


def test_no_two_shapes_of_answers_have_one_name() -> None:
    # The description knows shapes by their names alone: of two with one name it would describe one as the other.
    waiting, names = [Schema], []
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        names += [shape.__name__ for shape in found if shape.__module__.startswith("comity.")]

    assert [name for name, often in Counter(names).items() if often > 1] == []
