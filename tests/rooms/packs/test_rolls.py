"""The rolls of the reference organisation on dates for which its size was published."""

from datetime import date

import pytest

from comity.frameworks.rules.register import Register


@pytest.mark.parametrize(
    ("on", "allies"),
    [
        ("1949-08-24", 12),
        ("1952-02-18", 14),
        ("1955-05-06", 15),
        ("1982-05-30", 16),
        ("1999-03-12", 19),
        ("2004-03-29", 26),
        ("2009-04-01", 28),
        ("2017-06-05", 29),
        ("2020-03-27", 30),
        ("2023-04-04", 31),
        ("2024-03-07", 32),
    ],
)
def test_the_alliance_has_as_many_allies_as_published(laid_down: Register, on: str, allies: int) -> None:
    roll = laid_down.roll("NATO", date.fromisoformat(on))

    assert (roll.count, roll.allies) == (allies, allies)


@pytest.mark.parametrize(
    ("on", "participants"),
    [("1994-08-03", 22), ("1997-05-29", 27), ("2005-06-01", 20), ("2012-06-01", 22), ("2021-06-01", 20), ("2024-06-28", 18)],
)
def test_the_partnership_for_peace_has_as_many_participants_as_published(laid_down: Register, on: str, participants: int) -> None:
    assert laid_down.roll("PFP", date.fromisoformat(on)).partners == participants


@pytest.mark.parametrize(("on", "allies", "partners"), [("2021-12-31", 30, 20), ("2024-06-28", 32, 18)])
def test_the_council_seats_as_many_as_published(laid_down: Register, on: str, allies: int, partners: int) -> None:
    roll = laid_down.roll("EAPC", date.fromisoformat(on))

    assert (roll.allies, roll.partners, roll.count) == (allies, partners, 50)
    assert roll.suspended == ("BLR", "RUS")


def test_the_year_1993_shows_the_predecessor(laid_down: Register) -> None:
    on = date(1993, 6, 1)

    assert laid_down.roll("NACC", on).count == 22
    assert laid_down.roll("EAPC", on).count == 0
    assert laid_down.roll("PFP", on).count == 0
    assert laid_down.bodies["EAPC"].predecessor == "NACC"


def test_the_council_began_with_nine_partners_and_former_states_left_it(laid_down: Register) -> None:
    assert laid_down.roll("NACC", date(1991, 12, 20)).count == 9
    assert "CSK" in laid_down.roll("NACC", date(1992, 12, 30)).parties()
    assert {"CZE", "SVK"} <= laid_down.roll("NACC", date(1993, 1, 1)).parties()
    assert "SUN" not in laid_down.roll("NACC", date(1991, 12, 26)).parties()


@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    ("on", "inside"),
    [
        ("1995-04-26", True),
        ("1996-10-26", True),
        ("1996-10-27", False),
        ("2005-01-01", False),
        ("2008-04-02", False),
        ("2008-04-03", True),
    ],
)
def test_malta_is_outside_the_partnership_between_its_stays(laid_down: Register, on: str, inside: bool) -> None:
    assert ("MLT" in laid_down.roll("PFP", date.fromisoformat(on)).parties()) is inside


def test_those_whose_start_is_not_known_are_listed_apart_and_do_not_count(laid_down: Register) -> None:
    roll = laid_down.roll("ITPP", date(2024, 6, 1))

    assert {row.party for row in roll.start_unknown} == {"AUS", "AZE", "NZL", "KOR"}
    assert roll.parties() == {"COL", "IRL", "JPN", "CHE"}


def test_those_invited_and_planned_do_not_count(laid_down: Register) -> None:
    assert {row.party for row in laid_down.roll("ICI", date(2010, 1, 1)).others} == {"OMN", "SAU"}
    assert laid_down.roll("ICI", date(2010, 1, 1)).count == 4
    assert "MDA" not in laid_down.roll("ITPP", date(2026, 1, 1)).parties()


@pytest.mark.fault("F21")
def test_a_council_reported_as_ended_counts_nobody(laid_down: Register) -> None:
    assert laid_down.roll("NRC", date(2025, 12, 2)).parties() == {"RUS"}
    assert laid_down.roll("NRC", date(2025, 12, 3)).count == 0


def test_a_suspension_within_a_membership_leaves_it_whole(laid_down: Register) -> None:
    assert laid_down.roll("NRC", date(2008, 9, 1)).suspended == ("RUS",)
    assert laid_down.roll("NRC", date(2010, 1, 1)).suspended == ()
    assert laid_down.roll("NRC", date(2014, 4, 1)).suspended == ("RUS",)
    assert len([row for row in laid_down.rows_of("RUS", "NRC") if row.counts]) == 1
