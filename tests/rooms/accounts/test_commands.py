"""Accounts, mandates and the trail from the terminal."""

import json
from typing import Any

import pytest
import typer
from django.db import connection
from django.test import Client
from typer.testing import CliRunner

from comity.accounts import cli as accounts_cli
from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.parties import cli as parties_cli
from comity.trail import cli as trail_cli
from tests.world import cast
from tests.world.terminal import Someone

pytestmark = pytest.mark.django_db


def run(*words: str, by: Actor = cast.ADMINISTRATOR) -> Any:
    app = typer.Typer()
    for groups in (accounts_cli.groups, parties_cli.groups, trail_cli.groups):
        for name, group in groups.items():
            app.add_typer(group, name=name)
    result = CliRunner().invoke(app, [*words, "--format", "json"], obj=Someone(by))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout)


def test_an_account_is_opened_given_a_mandate_and_closed() -> None:
    cast.party(cast.LAKELAND)

    opened = run("accounts", "open", "mara", "Mara Lake", "--language", "fr")[1]
    run("delegations", "accredit", "xla", "--on", "2020-01-01")
    run("mandates", "give", "mara", "point_of_contact", "xla", "--since", "2026-01-01", "--until", "2026-12-31")
    listed = run("mandates", "list", "--on", "2026-12-31")[1]
    run("mandates", "end", "mara", "--on", "2026-06-01")

    assert User.objects.get(login="mara").check_password(opened["password"])
    assert listed["mandates"] == [
        {"login": "mara", "party": "XLA", "role": "point_of_contact", "since": "2026-01-01", "ends": "2027-01-01"}
    ]
    assert run("mandates", "list", "--on", "2026-06-01")[1]["count"] == 0
    assert run("accounts", "rename", "mara", "Mara Hill")[1]["name"] == "Mara Hill"
    assert run("accounts", "password", "mara")[1]["password"] != opened["password"]
    assert run("accounts", "drop-second-factor", "mara")[1]["second_factor"] is False
    assert run("accounts", "disable", "mara")[1]["is_open"] is False
    assert [a["is_open"] for a in run("accounts", "list")[1]["accounts"]] == [False]
    assert run("accounts", "enable", "mara")[1]["is_open"] is True
    assert run("delegations", "recall", "xla", "--on", "2026-07-01")[1]["recalled_on"] == "2026-07-01"
    assert run("trail", "list", "--act", "delegation")[1]["count"] == 2
    assert run("trail", "verify")[1]["is_whole"] is True


def test_somebody_is_appointed_in_one_step_or_not_at_all() -> None:
    cast.party(cast.LAKELAND)
    run("delegations", "accredit", "xla", "--on", "2020-01-01")
    words = ("mandates", "appoint", "mara", "Mara Lake", "point_of_contact", "xla", "--since", "2026-01-01")

    with pytest.raises(Refusal):
        run(*words, "--until", "2025-01-01")
    assert not User.objects.exists()
    appointed = run(*words)[1]

    assert User.objects.get(login="mara").check_password(appointed["password"])
    assert run("mandates", "list", "--on", "2026-01-01")[1]["mandates"][0]["login"] == "mara"


def test_somebody_is_signed_out_everywhere(client: Client) -> None:
    client.force_login(cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND))
    client.get("/accounts/")

    assert run("accounts", "end-sessions", "mara")[1]["sessions_ended"] == 1

    assert client.get("/accounts/").status_code == 302
    with pytest.raises(Refusal):
        run("accounts", "end-sessions", "mara")


@pytest.mark.parametrize(
    "words",
    [
        ("accounts", "disable", "nobody"),
        ("mandates", "end", "nobody"),
        ("mandates", "give", "mara", "auditor", "XME"),
        ("accounts", "open", "mara", "Mara"),
    ],
)
def test_what_is_refused_is_a_refusal(words: tuple[str, ...]) -> None:
    User.objects.create_user("mara", name="Mara")

    with pytest.raises(Refusal):
        run(*words)


def test_a_contact_sees_the_own_account_and_the_own_delegation() -> None:
    cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND)
    cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA)
    me = cast.actor(Role.POINT_OF_CONTACT, of=cast.LAKELAND, login="mara")

    assert [a["login"] for a in run("accounts", "list", by=me)[1]["accounts"]] == ["mara"]
    assert [m["login"] for m in run("mandates", "list", by=me)[1]["mandates"]] == ["mara"]
    with pytest.raises(NotFound):
        run("accounts", "rename", "zoe", "Somebody", by=me)


@pytest.mark.fault("F22")
def test_a_broken_trail_is_told_with_its_line_and_exit_status_one() -> None:
    cast.party(cast.LAKELAND)
    run("delegations", "accredit", "xla")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER trail_entries_never_change")
        cursor.execute("UPDATE trail_entry SET actor = 'somebody' RETURNING id")
        (number,) = cursor.fetchone()

    status, told = run("trail", "verify")

    assert (status, told) == (1, {"lines": 1, "is_whole": False, "broken_at": number})
