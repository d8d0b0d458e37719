"""Drawings are exact: what is twice as much is twice as long, and what lies outside is cut, not squeezed."""

from datetime import date

from comity.ui import charts

FIRST, LAST = date(2025, 1, 1), date(2028, 12, 31)


def test_the_longest_bar_fills_the_width_and_the_others_follow() -> None:
    widths = [bar["width"] for bar in charts.bars_of([("a", 10, None), ("b", 5, "/b", "five"), ("c", 0, None)])]

    assert widths == [100, 50, 0]


def test_bars_of_nothing_are_no_bars() -> None:
    assert charts.bars_of([]) == []
    assert charts.bars_of([("a", 0)])[0]["width"] == 0


def test_a_scale_runs_from_its_first_day_to_its_last() -> None:
    assert charts.along(FIRST, FIRST, LAST) == 0
    assert charts.along(LAST, FIRST, LAST) == 1000
    assert charts.along(FIRST, FIRST, FIRST) == 0


def test_a_bar_beyond_the_scale_is_cut_and_one_outside_is_left_out() -> None:
    cut, *others = charts.placed(
        [("Goal", date(2028, 1, 1), date(2030, 1, 1), 0), ("Gone", date(2020, 1, 1), date(2021, 1, 1), 0)], FIRST, LAST
    )

    assert others == []
    assert cut.end == LAST
    assert cut.x + cut.width == 1000


def test_a_bar_of_a_day_can_still_be_seen() -> None:
    assert charts.placed([("Meeting", FIRST, FIRST, 0)], FIRST, LAST)[0].width == 3


def test_each_year_is_marked_where_it_begins() -> None:
    assert [year for year, _ in charts.years_along(date(2025, 6, 1), date(2027, 2, 1))] == [2025, 2026, 2027]
    assert charts.years_along(date(2025, 6, 1), date(2027, 2, 1))[0] == (2025, 0)


def test_a_month_is_whole_weeks_from_monday() -> None:
    weeks = list(charts.month_of(date(2027, 1, 15), {date(2027, 1, 20): ["x"]}))

    assert all(len(week) == 7 and week[0][0].weekday() == 0 for week in weeks)
    assert sum(inside for week in weeks for _, inside, _ in week) == 31
    assert [day for week in weeks for day, _, things in week if things] == [date(2027, 1, 20)]
