"""What follows without asking anybody: results, times, texts, codes."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.attendance.rules import codes, settling, texts, timing

KINDS = {1: "online", 2: "residential", 3: "residential"}


class TestSettling:
    @pytest.mark.parametrize(
        ("rule", "counting"),
        [("each_residential", (2, 3)), ("each", (1, 2, 3)), ("any", (1, 2, 3))],
    )
    def test_a_rule_says_which_parts_count(self, rule: str, counting: tuple[int, ...]) -> None:
        assert settling.that_count(rule, KINDS) == counting

    def test_where_nothing_is_residential_each_part_counts(self) -> None:
        assert settling.that_count("each_residential", {1: "online", 2: "online"}) == (1, 2)

    @pytest.mark.parametrize(
        ("rule", "marks", "result"),
        [
            ("each", {1: "present", 2: "present"}, "attended"),
            ("each", {1: "present"}, ""),
            ("each", {1: "present", 2: "absent"}, "partly"),
            ("each", {1: "present", 2: "excused"}, "partly"),
            ("each", {1: "excused", 2: "excused"}, "excused"),
            ("each", {1: "excused", 2: "absent"}, "no_show"),
            ("each", {1: "absent", 2: "absent"}, "no_show"),
            ("each", {}, ""),
            ("any", {2: "present"}, "attended"),
            ("any", {1: "absent"}, ""),
            ("any", {1: "absent", 2: "excused"}, "no_show"),
            ("any", {1: "excused", 2: "excused"}, "excused"),
        ],
    )
    def test_somebody_is_settled_by_the_marks_that_count(self, rule: str, marks: dict[int, str], result: str) -> None:
        assert settling.settled(rule, (1, 2), marks) == result

    def test_who_came_online_but_not_in_residence_came_in_part(self) -> None:
        assert settling.settled("each_residential", (2,), {1: "present", 2: "absent"}) == "partly"

    @given(st.lists(st.sampled_from(["", *settling.RESULTS])))
    def test_seats_held_are_those_who_came_those_who_did_not_and_those_excused(self, results: list[str]) -> None:
        held, came, no_shows, excused = settling.came_of(results)

        assert held == came + no_shows + excused == sum(map(bool, results))


class TestTimes:
    @pytest.mark.fault("F16")
    def test_a_part_begins_in_its_own_zone_at_its_hour(self) -> None:
        part = timing.Part(1, "residential", date(2027, 3, 8), None, "Pacific/Tongatapu", time(9))

        assert part.begins_at == datetime(2027, 3, 7, 20, tzinfo=UTC)
        assert part.has_begun(datetime(2027, 3, 7, 20, tzinfo=UTC))
        assert not part.has_begun(datetime(2027, 3, 7, 19, 59, 59, tzinfo=UTC))

    def test_an_activity_begins_with_its_first_known_part(self) -> None:
        one = timing.Part(1, "online", None, None, "UTC")
        two = timing.Part(2, "residential", date(2027, 3, 8), None, "UTC")

        assert timing.begins_at((one, two)) == datetime(2027, 3, 8, tzinfo=UTC)
        assert timing.begins_at((one,)) is None
        assert not one.has_begun(datetime(2099, 1, 1, tzinfo=UTC))

    def test_joining_instructions_are_due_a_fortnight_and_a_day_before(self) -> None:
        assert timing.due_on(date(2027, 3, 8)) == date(2027, 2, 21)
        assert timing.due_on(None) is None


class TestTexts:
    @pytest.mark.fault("F8")
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("{0.__class__}", ["0.__class__"]),
            ("{activity.edition}", ["activity.edition"]),
            ("{{7*7}}", ["7*7"]),
            ("{% debug %}", ["% debug %"]),
            ("${x}", ["x"]),
            ("{activity!r}", ["activity!r"]),
            ("{}", [""]),
            ("{activity} and {dates}", []),
            ("{x} {y} {x}", ["x", "y"]),
            ("<b>{activity}</b>", []),
            ("a { b } c", [" b "]),
            ("a { b", []),
        ],
    )
    def test_what_is_in_braces_and_on_no_list_is_found(self, text: str, found: list[str]) -> None:
        assert texts.unknown(text) == found

    @pytest.mark.fault("F8")
    def test_what_fills_a_placeholder_is_never_read_again(self) -> None:
        assert texts.filled("{activity} {party}", {"activity": "{party}", "party": "{0.__class__}"}) == "{party} {0.__class__}"

    @pytest.mark.fault("F8")
    @given(st.text(alphabet="{}%$<>.ab_ activity0", max_size=60))
    def test_filling_runs_nothing_and_leaves_what_it_does_not_know(self, text: str) -> None:
        filled = texts.filled(text, dict.fromkeys(texts.PLACEHOLDERS, "X"))

        assert filled == text or "{activity}" in text

    def test_a_placeholder_without_a_value_is_a_dash(self) -> None:
        assert texts.filled("by {answer_by}", {"answer_by": ""}) == "by –"

    def test_the_text_of_the_house_is_whole_in_both_languages(self) -> None:
        for subject, body in texts.DEFAULTS.values():
            assert texts.unknown(subject, body) == []
            assert all(f"{{{name}}}" in body + subject for name in texts.PLACEHOLDERS)


class TestCodes:
    @given(st.integers(0, codes.WAYS - 1))
    def test_a_code_is_read_back_however_it_is_typed(self, chance: int) -> None:
        code = codes.code_of(chance)

        assert len(code) == 16
        assert codes.canonical(codes.grouped(code)) == code
        assert codes.canonical(codes.grouped(code).lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code

    @given(st.integers(0, codes.WAYS - 1), st.integers(0, 15), st.integers(1, 31))
    def test_one_wrong_character_is_found(self, chance: int, place: int, off: int) -> None:
        code = codes.code_of(chance)
        wrong = codes.LETTERS[(codes.LETTERS.index(code[place]) + off) % 32]

        assert codes.canonical(code[:place] + wrong + code[place + 1 :]) == ""

    @pytest.mark.parametrize("text", ["", "ABC", "U" * 16, "é" * 16, "0" * 17, "' OR 1=1 --------"])
    def test_what_cannot_be_a_code_is_none(self, text: str) -> None:
        assert codes.canonical(text) == ""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("José Ñandú", "jose nandu"),
            ("Ann Alder", "ALDER, Ann"),
            ("Jean-Luc Élan", "elan jean luc"),
            ("O'Neil  Pat", "Pat O’Neil"),
        ],
    )
    def test_names_are_compared_without_accents_case_or_order(self, one: str, other: str) -> None:
        assert codes.folded(one) == codes.folded(other)

    def test_other_names_stay_others(self) -> None:
        assert codes.folded("Ann Alder") != codes.folded("Anna Alder")
        assert codes.folded("გიორგი") != codes.folded("")
