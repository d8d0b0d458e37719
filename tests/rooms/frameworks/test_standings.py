"""The standing of a party on a day: where it counts, and what is on hold."""

from datetime import UTC, date, datetime

import pytest

from comity.frameworks.queries import standings
from comity.frameworks.rules import Hold, Standing, Stay
from comity.frameworks.rules.standing import cut, merged
from comity.kernel.actors import STRANGER
from tests.world.cast import ARCADIA, LAKELAND, MERIDIA, OUTLAND, SUNDERIA, party
from tests.world.frameworks import ALLIANCE, DIALOGUE, PARTNERSHIP, member, on_hold, the_frameworks

FIRST, MIDDLE, LAST = date(2000, 1, 1), date(2010, 1, 1), date(2020, 1, 1)


class TestRules:
    def test_a_stay_counts_from_its_first_day_until_the_day_it_stopped(self) -> None:
        standing = Standing("XLA", (Stay("XPP", "partner", FIRST, LAST),))

        assert standing.in_framework("XPP", FIRST)
        assert not standing.in_framework("XPP", LAST)
        assert not standing.in_framework("XPP", date(1999, 12, 31))
        assert not standing.in_framework("XMD", MIDDLE)

    @pytest.mark.parametrize("standing", ["observer", "invited", "planned", "withdrawn", "ended"])
    def test_some_standings_never_count(self, standing: str) -> None:
        assert not Standing("XLA", (Stay("XPP", standing, FIRST, None),)).in_framework("XPP", MIDDLE)

    def test_a_start_not_known_does_not_count(self) -> None:
        assert not Standing("XLA", (Stay("XPP", "partner", None, None),)).in_framework("XPP", MIDDLE)

    @pytest.mark.fault("F21")
    def test_an_ended_row_shuts_the_others_out(self) -> None:
        standing = Standing("XLA", (Stay("XPP", "partner", FIRST, None), Stay("XPP", "ended", MIDDLE, None)))

        assert standing.in_framework("XPP", date(2009, 12, 31))
        assert not standing.in_framework("XPP", MIDDLE)
        assert standing.spans("XPP") == [(FIRST, MIDDLE)]

    def test_a_party_on_hold_still_counts_and_is_seen_to_be_on_hold(self) -> None:
        standing = Standing("XLA", (Stay("XPP", "partner", FIRST, None),), (Hold("XPP", MIDDLE, None, practical=True),))

        assert standing.in_framework("XPP", LAST)
        assert standing.on_hold("XPP", MIDDLE)
        assert not standing.on_hold("XPP", FIRST)
        assert standing.spans("XPP") == [(FIRST, MIDDLE)]

    def test_a_hold_on_dialogue_alone_stops_no_activity(self) -> None:
        standing = Standing("XLA", (Stay("XPP", "partner", FIRST, None),), (Hold("XPP", MIDDLE, None, practical=False),))

        assert not standing.on_hold("XPP", LAST)
        assert standing.spans("XPP") == [(FIRST, None)]

    def test_an_ally_is_no_partner_of_its_alliance(self) -> None:
        standing = Standing("XAR", (Stay("XPP", "partner", FIRST, MIDDLE), Stay("XNA", "ally", MIDDLE, None)))

        assert not standing.is_ally(FIRST)
        assert standing.partner_frameworks(FIRST) == {"XPP"}
        assert standing.is_ally(MIDDLE)
        assert standing.partner_frameworks(MIDDLE) == frozenset()

    def test_spans_that_touch_are_one_and_a_hold_cuts_a_hole(self) -> None:
        touching = merged(iter([(MIDDLE, None), (FIRST, MIDDLE)]))
        apart = merged(iter([(FIRST, date(2001, 1, 1)), (MIDDLE, LAST), (date(2011, 1, 1), date(2012, 1, 1))]))

        assert touching == [(FIRST, None)]
        assert apart == [(FIRST, date(2001, 1, 1)), (MIDDLE, LAST)]
        assert cut([(FIRST, None)], (MIDDLE, LAST)) == [(FIRST, MIDDLE), (LAST, None)]
        assert cut([(FIRST, MIDDLE)], (LAST, None)) == [(FIRST, MIDDLE)]
        assert cut([(MIDDLE, LAST)], (FIRST, None)) == []


@pytest.mark.django_db
class TestStandings:
    def test_everybody_of_the_register_has_a_standing(self) -> None:
        the_frameworks()

        found = standings(seen_by=STRANGER)

        assert found[ARCADIA].is_ally(MIDDLE)
        assert found[LAKELAND].spans(PARTNERSHIP) == [(date(2005, 3, 10), None)]
        assert found[MERIDIA].spans(DIALOGUE) == [(date(2006, 2, 1), None)]
        assert found[SUNDERIA].in_framework(PARTNERSHIP, date(2022, 1, 1))
        assert found[SUNDERIA].on_hold(PARTNERSHIP, date(2022, 1, 1))
        assert found[SUNDERIA].spans(PARTNERSHIP) == [(date(2005, 3, 10), date(2021, 11, 19))]
        assert found[OUTLAND] == Standing(OUTLAND)

    def test_it_can_be_asked_for_a_few(self) -> None:
        the_frameworks()

        assert set(standings([ARCADIA, SUNDERIA], seen_by=STRANGER)) == {ARCADIA, SUNDERIA}

    def test_it_can_be_asked_as_the_register_stood(self) -> None:
        the_frameworks()

        before = standings([ARCADIA], seen_by=STRANGER, known_at=datetime(2019, 1, 1, tzinfo=UTC))

        assert not before[ARCADIA].in_framework(ALLIANCE, MIDDLE)

    @pytest.mark.fault("F24")
    @pytest.mark.parametrize("rows", [5, 50])
    def test_the_number_of_queries_does_not_grow(self, rows: int, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        the_frameworks()
        for number in range(rows):
            code = f"Q{chr(65 + number // 26)}{chr(65 + number % 26)}"
            party(code)
            on_hold(member(code, PARTNERSHIP, "partner", "2010"), "2015", "2016")

        with django_assert_max_num_queries(3):
            assert len(standings(seen_by=STRANGER)) == rows + 8
