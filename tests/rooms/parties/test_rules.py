"""What follows from mandates: who is left without a voice, and what an act would do, in words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.accounts.rules import Role
from comity.kernel.words import Name
from comity.parties.rules import Spell, ending, first_day_without, giving, is_soon

LAKELAND = Name("Lakeland", "Lacustrie")
DAY = date(2026, 6, 10)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([], None),
        ([(on(-9), None)], None),
        ([(on(-9), on(5))], on(5)),
        ([(on(-9), on(0))], None),
        ([(on(1), on(9))], None),
        ([(on(-9), on(5)), (on(5), on(9))], on(9)),
        ([(on(5), on(9)), (on(-9), on(5))], on(9)),
        ([(on(-9), on(5)), (on(6), on(9))], on(5)),
        ([(on(-9), on(5)), (on(2), None)], None),
        ([(on(-9), on(8)), (on(-8), on(3))], on(8)),
    ],
)
def test_the_first_day_without_anybody(spells: list[tuple[date, date | None]], expected: date | None) -> None:
    assert first_day_without(spells, on=DAY) == expected


DAYS = st.integers(-20, 20)
SPELLS = st.lists(st.tuples(DAYS, st.integers(1, 15)).map(lambda s: (on(s[0]), on(s[0] + s[1]))), max_size=6)


@given(SPELLS)
def test_until_that_day_somebody_is_there_and_on_it_nobody(spells: list[tuple[date, date | None]]) -> None:
    def is_there(day: date) -> bool:
        return any(since <= day and (ends is None or day < ends) for since, ends in spells)

    found = first_day_without(spells, on=DAY)

    assert (found is not None) == is_there(DAY)
    if found:
        assert not is_there(found)
        assert all(is_there(DAY + timedelta(days=n)) for n in range((found - DAY).days))


@pytest.mark.parametrize(("day", "soon"), [(None, False), (on(0), False), (on(1), True), (on(30), True), (on(31), False)])
def test_soon_is_within_thirty_days(day: date | None, soon: bool) -> None:
    assert is_soon(day, on=DAY) is soon


def test_a_spell_runs_through_its_last_day() -> None:
    spell = Spell("XLA", LAKELAND, Role.PROVIDER, on(0), on(5))

    assert [spell.runs(on(n)) for n in (-1, 0, 4, 5)] == [False, True, True, False]
    assert spell.last_day == on(4)
    assert Spell("XLA", LAKELAND, Role.PROVIDER, on(0), None).last_day is None


def test_what_an_act_would_do_is_said_in_the_readers_language() -> None:
    told = [s.said(str, "fr") for s in ending("Ana", party=LAKELAND, ends=date(2027, 3, 1), on=DAY, is_own=False)]

    assert told == ["From 1er mars 2027 Ana no longer speaks for Lacustrie; open sessions and tokens lose these rights at once."]


def test_giving_tells_of_a_day_that_is_past() -> None:
    facts = {"party": LAKELAND, "role": Role.PROVIDER, "until": None, "on": DAY}

    assert len(list(giving("Ana", since=on(0), **facts))) == 1  # type: ignore[arg-type]
    assert len(list(giving("Ana", since=on(-1), **facts))) == 2  # type: ignore[arg-type]
