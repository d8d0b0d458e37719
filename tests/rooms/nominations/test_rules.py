"""Whether somebody fits, as far as the words of an activity can be read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.nominations.rules.fitness import Call, Candidate, Elsewhere, asked_for, findings, keys_of, levels, spans
from comity.nominations.rules.identities import PARTS, Names, columns, wrong_with

FIRST, LAST = date(2027, 3, 8), date(2027, 3, 12)


def weights(call: Call, **somebody: object) -> list[str]:
    """How heavy the findings are, worst first."""
    return [f.weight for f in findings(Candidate(**{"rank": "OF-3", **somebody}), call)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("OF-1 to OF-3", [(11, 13)]), ("OF-1 – OF-3", [(11, 13)]), ("OF1-3", [(11, 13)]),
        ("OF 2 to 4", [(12, 14)]), ("OF-4", [(14, 14)]),
        ("OR-5 to OF-2", [(5, 12)]), ("WO to OF-3", [(10, 13)]), ("OF-3 or higher or civilian equivalent", [(13, 20)]),
        ("OR-9 and below", [(1, 9)]), ("OF-2, OF-5", [(12, 12), (15, 15)]), ("OF-5+", [(15, 20)]),
        ("Lieutenant to Colonel", []), ("", []),
    ],
)  # fmt: skip
def test_rank_bands_are_read_as_far_as_they_can_be(text, asked):
    assert spans(text) == asked


@pytest.mark.parametrize(
    ("ranks", "rank", "found"),
    [
        ("OF-1 to OF-3", "OF-3", []), ("OF-1 to OF-3", "OF-4", ["waivable"]), ("OR-3 to OR-6", "OR-1-4", ["caution"]),
        ("Lieutenant to Colonel", "OF-3", ["caution"]), ("OF-1 to OF-3", "CIV", ["caution"]),
        ("OF-1 to OF-3 or civilian", "CIV", []),
        ("", "CIV", []), ("OF-6 or higher", "OF-6-10", []),
    ],
)  # fmt: skip
def test_a_rank_is_within_the_band_or_it_is_said(ranks, rank, found):
    assert weights(Call(ranks=ranks), rank=rank) == found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2-2-2-2", "2222"),
        ("2222", "2222"),
        ("SLP 3.3.3.2", "3332"),
        ("STANAG 6001 3232", "3232"),
        ("2+ 2 2 1+", "2221"),
        ("fluent", ""),
    ],
)
def test_profiles_are_read_alike_however_they_are_written(text, read):
    assert levels(text) == read


def test_a_language_is_good_enough_skill_by_skill():
    call = Call(language_profile="SLP 3232")
    assert weights(call, english="3232") == []
    [finding] = findings(Candidate("OF-3", english="3222"), call)
    assert str(finding) == "The language profile 3-2-3-2 is asked for; 3-2-2-2 is below it in reading."
    assert weights(call) == ["waivable"]
    assert weights(Call(language_profile="French 2222"), french="2222") == []
    assert weights(Call(language_profile="working knowledge")) == ["caution"]


def test_a_course_that_is_asked_for_first_is_looked_up_by_number_or_code():
    assert asked_for("e-learning module ADL 420 and XLA.0007.02") == ["XLA.0007.02", "ADL 420"]
    assert asked_for("OF-3 to OF-5; STANAG 6001 3332") == []
    call = Call(prerequisites="XLA.0007.02")
    assert weights(call) == ["waivable"]
    assert weights(call, done=frozenset(keys_of("XLA.0007.01"))) == []
    assert weights(Call(prerequisites="ADL 420"), done=frozenset(keys_of("XLA.0001.01", "adl-420"))) == []
    assert weights(Call(prerequisites="some knowledge")) == ["caution"]


def test_a_clearance_holds_to_the_last_day():
    call = Call(needs_clearance=True, first=FIRST, last=LAST)
    assert weights(call) == ["bar"]
    assert weights(call, clearance="secret") == ["caution"]
    assert weights(call, clearance="secret", cleared_until=date(2027, 3, 11)) == ["bar"]
    assert weights(call, clearance="secret", cleared_until=LAST) == []


def test_nobody_is_in_two_places_on_one_day():
    call = Call(first=FIRST, last=LAST)
    assert weights(call, elsewhere=(Elsewhere("A", LAST, LAST, True),)) == ["bar"]
    assert weights(call, elsewhere=(Elsewhere("A", LAST, LAST, False),)) == ["caution"]
    assert weights(call, elsewhere=(Elsewhere("A", date(2027, 3, 13), None, True), Elsewhere("B", None, None, True))) == []


@pytest.mark.fault("F8", "F30")
@given(st.dictionaries(st.sampled_from([*PARTS, "rank", "other"]), st.text(max_size=40)))
def test_what_goes_into_a_box_comes_out_again_whatever_it_is(told):
    names = Names.of(told)

    assert Names.unpacked(names.packed) == names
    assert wrong_with(names) or names.family_name


def test_columns_take_words_of_their_lists_only():
    assert columns({"rank": "OF-1"})[1] == {}
    wrong = {"rank": "", "gender": "x", "clearance": "y", "english": "z", "cleared_until": "w"}
    assert columns(wrong)[1] == wrong
