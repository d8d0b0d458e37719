"""How menus are made into numbers, and what is said of them: each rule of the house by example, and where it ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.faces import say
from comity.plans import rules
from comity.plans.rules import Occurrence

DAY = date(2027, 3, 1)


def occurrence(**fields) -> Occurrence:
    """A course of five days that costs 1,000 a person, as stated."""
    given = {
        "activity": 1, "number": "XHQ.0001.01", "year": 2027, "assumed": False, "title": "Course", "area": "x", "kind": "course",
        "starts": DAY, "ends": date(2027, 3, 5), "cost": 1000, "stated": True, "seats": 5, "units": 5, "tier": 1, "language": 0,
        "family": "XHQ.0001", "after": "",
    }  # fmt: skip
    return Occurrence(**given | fields)


class TestNumbers:
    @pytest.mark.parametrize(("days", "units"), [(1, 1), (4, 4), (5, 5), (6, 5), (120, 5)])
    def test_one_unit_a_day_up_to_a_week(self, days, units):
        assert rules.units_of(DAY, date.fromordinal(DAY.toordinal() + days - 1)) == units

    @pytest.mark.parametrize(
        ("level", "title", "tier"),
        [
            ("Basic", "Advanced course", 1), ("", "Advanced course", 3), ("", "Introduction to planning", 1), ("Expert", "", 3),
            ("cours avancé", "", 3), ("niveau intermédiaire", "Basic", 2), ("débutant", "", 1), ("", "", 2),
            ("strategic", "Course", 2), ("", "Masterly work", 2), ("Basic to advanced", "", 3),
        ],
    )  # fmt: skip
    def test_a_tier_is_read_from_the_level_else_from_the_title(self, level, title, tier):
        assert rules.tier_of(level, title) == tier

    @pytest.mark.parametrize(
        ("profile", "level"),
        [("SLP 3232", 3), ("2221 in English", 2), ("", 0), ("English", 0), ("32", 0), ("6789", 0), ("20271", 0)],
    )
    def test_a_level_of_language_is_the_highest_figure_of_a_profile(self, profile, level):
        assert rules.language_of(profile) == level

    @pytest.mark.parametrize(
        ("seats", "most", "share", "likely"),
        [
            (50, None, None, 5), (None, None, None, 5), (20, None, None, 2), (0, None, None, 1), (4, None, 1.0, 1),
            (100, None, 1.0, 10), (1000, None, 1.0, 10), (100, 3, 1.0, 3), (100, None, 0.0, 1), (30, None, 0.5, 3),
        ],
    )  # fmt: skip
    def test_likely_seats_are_a_share_of_a_fifth_and_never_none(self, seats, most, share, likely):
        assert rules.likely_seats(seats, most, share) == likely

    @given(st.none() | st.integers(0, 10_000), st.none() | st.integers(1, 50), st.none() | st.floats(0, 1))
    def test_likely_seats_lie_between_one_and_ten_and_keep_what_a_party_may_send(self, seats, most, share):
        assert 1 <= rules.likely_seats(seats, most, share) <= min(10, most or 10)

    @given(st.integers(0, 200), st.floats(0, 1), st.floats(0, 1))
    def test_a_greater_share_never_means_fewer_seats(self, seats, one, other):
        less, more = sorted((one, other))
        assert rules.likely_seats(seats, None, less) <= rules.likely_seats(seats, None, more)


class TestYears:
    def test_the_same_day_some_years_later(self):
        assert rules.shifted(DAY, 3) == date(2030, 3, 1)
        assert rules.shifted(date(2028, 2, 29), 1) == date(2029, 2, 28)
        assert rules.shifted(date(2028, 2, 29), 4) == date(2032, 2, 29)

    def test_a_repetition_is_called_after_its_year(self):
        assert occurrence().key == "XHQ.0001.01"
        assert occurrence(assumed=True, year=2029).key == "XHQ.0001.01@2029"


class TestWhatComesFirst:
    FAMILIES = {"xhq.0001": "XHQ.0001", "cyb-1": "XHQ.0002"}

    @pytest.mark.parametrize(
        ("words", "family"),
        [
            ("After XHQ.0001.02 only", "XHQ.0001"), ("xhq.0001", "XHQ.0001"), ("XHQ.0099 first", ""), ("(CYB-1).", "XHQ.0002"),
            ("Two years in service", ""), ("", ""),
        ],
    )  # fmt: skip
    def test_it_is_found_where_it_is_named_by_number_or_by_a_known_code(self, words, family):
        assert rules.prerequisite_of(words, self.FAMILIES) == family

    def test_iterations_are_of_one_family(self):
        assert rules.family_of("XHQ.0001.01") == rules.family_of("XHQ.0001.07") == "XHQ.0001"


class TestWords:
    def test_nothing_is_noted_on_a_line_that_stands_as_it_was_planned(self):
        assert list(rules.notes(occurrence(), starts_on=DAY, ends_on=date(2027, 3, 5), cost=1000)) == []

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (
                {"starts": date(2027, 4, 5), "ends": date(2027, 4, 9)},
                "It was moved since: it now runs from 2027-04-05 to 2027-04-09.",
            ),
            ({"cost": 1250}, "Its cost changed since, from 1000 to 1250 a person."),
        ],
    )
    def test_what_moved_or_became_dearer_is_noted(self, change, words):
        found = rules.notes(occurrence(**change), starts_on=DAY, ends_on=date(2027, 3, 5), cost=1000)
        assert [str(f) for f in found] == [words]

    def test_a_cost_that_is_only_assumed_may_change_without_a_word(self):
        assert not list(rules.notes(occurrence(cost=7, stated=False), starts_on=DAY, ends_on=date(2027, 3, 5), cost=1000))

    def test_what_left_the_menu_says_that_and_no_more(self):
        assert len(list(rules.notes(None, starts_on=DAY, ends_on=DAY, cost=1, barred=True))) == 1

    @pytest.mark.parametrize("code", rules.BREACHES)
    def test_every_breach_is_said_in_both_languages_with_its_figures(self, code):
        told = rules.said_breach({"code": code, "subject": "2027", "found": 12345, "allowed": 2})
        assert (told.weight, "2027" in str(told)) == ("caution", True)
        assert say(told, "fr")

    def test_a_way_names_its_lever_and_the_first_three_of_many_subjects(self):
        subjects = ", ".join(f"XHQ.{n:04}.01" for n in range(1, 6))
        told = {"relaxations": [
            {"lever": "seats", "changes": [["XHQ.0001.01", 2]], "said": ["More seats at {subject}.", {"subject": subjects}]},
            {"lever": "away", "changes": [], "said": ["One more away.", {}]},
        ]}  # fmt: skip
        seats, away = rules.ways(told)
        assert (seats.lever, seats.subject) == ("seats", "XHQ.0001.01")
        assert str(seats.sentence) == "More seats at XHQ.0001.01, XHQ.0002.01, XHQ.0003.01, +2."
        assert (away.subject, str(away.sentence)) == ("", "One more away.")

    def test_reasons_keep_the_sentences_of_the_core(self):
        assert [str(s) for s in rules.said_reasons({"why": [["{missing} short.", {"missing": 3}]]})] == ["3 short."]
