"""The people of the demonstration."""

from datetime import UTC, datetime

import pytest

from comity.accounts.models import User
from comity.packs.demonstration import people
from comity.parties import queries
from comity.parties.models import Party, PartyKind
from tests.world import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def register() -> None:
    cast.party("NATO", kind=PartyKind.ORGANISATION, name="NATO")
    for code in ("MDA", "GEO", "CHE", "EST"):
        cast.party(code, name=code)


def test_building_twice_changes_nothing(register: None) -> None:
    assert people.build("a password", by=cast.THE_SYSTEM, at=NOW) == 10
    before = list(User.objects.values())

    assert people.build("a password", by=cast.THE_SYSTEM, at=NOW) == 0

    assert list(User.objects.values()) == before
    assert all(u.is_demonstration and u.check_password("a password") for u in User.objects.all())


def test_another_password_at_a_later_start_is_taken_over(register: None) -> None:
    people.build("a password", by=cast.THE_SYSTEM, at=NOW)

    people.build("another", by=cast.THE_SYSTEM, at=NOW)

    assert all(u.check_password("another") for u in User.objects.all())


def test_everybody_sits_where_the_interfaces_say(register: None) -> None:
    people.build("a password", by=cast.THE_SYSTEM, at=NOW)

    actors = {u.login: queries.actor_of(u, at=NOW) for u in User.objects.all()}
    assert {login: (a.role, a.party) for login, a in actors.items()} == {
        "admin": ("administrator", "NATO"),
        "desk": ("desk_officer", "NATO"),
        "menu": ("menu_manager", "NATO"),
        "provider": ("provider", "XDTC"),
        "poc-mda": ("point_of_contact", "MDA"),
        "poc-geo": ("point_of_contact", "GEO"),
        "poc-che": ("point_of_contact", "CHE"),
        "head-mda": ("head_of_delegation", "MDA"),
        "poc-est": ("point_of_contact", "EST"),
        "auditor": ("auditor", "NATO"),
    }
    assert (actors["poc-che"].language, actors["poc-mda"].zone, actors["poc-geo"].zone) == ("fr", "Europe/Chisinau", "Asia/Tbilisi")
    assert [p.code for p in Party.objects.filter(is_demonstration=True)] == ["XDTC"]
