"""Numbers, days and moments are written as the reader's language writes them, and never more precisely than known."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils.translation import override
from markupsafe import Markup

from comity.kernel.dates import PartialDate
from comity.ui import jinja

from .conftest import asked


def words(markup: Markup | str) -> str:
    """What is read of a marked-up text."""
    return Markup(markup).striptags()


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [("en", 1400, "1,400"), ("fr", 1400, "1\u202f400"), ("en", 7, "7"), ("en", 1234567.5, "1,234,567.5"), ("fr", 0.5, "0,5")],
)
def test_numbers_are_grouped_by_language(language: str, value: float, expected: str) -> None:
    with override(language):
        assert jinja.num(value) == expected


def test_an_absent_number_is_a_dash_not_a_nought() -> None:
    assert jinja.num(None) == "–"
    assert jinja.num(0) == "0"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "1992", "1992"),
        ("en", "1992-04", "April 1992"),
        ("en", "1992-03-10", "10 March 1992"),
        ("en", "", "not known"),
        ("fr", "1992-04", "avril 1992"),
        ("fr", "1992-03-01", "1er mars 1992"),
    ],
)
def test_a_partial_date_is_as_precise_as_its_source(language: str, text: str, expected: str) -> None:
    with override(language):
        assert words(jinja.partial(PartialDate(text))) == expected


def test_a_partial_date_is_read_from_whatever_says_one() -> None:
    for value in ("1992-04", PartialDate("1992-04"), SimpleNamespace(text="1992-04")):
        assert jinja.partial(value) == '<time datetime="1992-04">April 1992</time>'
    assert words(jinja.partial(date(1992, 4, 1))) == "1 April 1992"
    assert jinja.partial(None) == "not known"


@pytest.mark.fault(16)
@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "Europe/Brussels", "15 Jan 2027, 18:00 Brussels"),
        ("fr", "Europe/Brussels", "15 janv. 2027, 18:00 Bruxelles"),
        ("en", "UTC", "15 Jan 2027, 17:00 UTC"),
        ("en", "Pacific/Auckland", "16 Jan 2027, 06:00 Auckland"),
        ("en", "Pacific/Pago_Pago", "15 Jan 2027, 06:00 Pago Pago"),
    ],
)
def test_f16_a_moment_always_prints_its_zone(language: str, zone: str, expected: str) -> None:
    with override(language):
        assert words(jinja.moment(datetime(2027, 1, 15, 17, tzinfo=UTC), zone)) == expected


def test_a_moment_carries_its_offset_for_machines() -> None:
    assert 'datetime="2027-01-15T18:00+01:00"' in jinja.moment(datetime(2027, 1, 15, 17, tzinfo=UTC), "Europe/Brussels")


def test_a_moment_without_a_zone_is_told_in_the_zone_of_the_request() -> None:
    assert words(jinja.moment(datetime(2027, 1, 15, 17, tzinfo=UTC))).endswith(" UTC")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2027, 3, 8), date(2027, 3, 12), "8–12 Mar 2027"),
        (date(2027, 2, 28), date(2027, 3, 3), "28 Feb–3 Mar 2027"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 Dec 2026–2 Jan 2027"),
        (date(2027, 3, 8), date(2027, 3, 8), "8 Mar 2027"),
        (date(2027, 3, 8), None, "8 Mar 2027"),
        (None, None, "–"),
    ],
)
def test_a_span_says_no_part_twice(start: date | None, end: date | None, expected: str) -> None:
    with override("en"):
        assert words(jinja.span(start, end)) == expected


def test_a_span_in_french() -> None:
    with override("fr"):
        assert words(jinja.span(date(2027, 3, 1), date(2027, 3, 12))) == "1er–12 mars 2027"


def test_the_query_keeps_what_is_not_changed() -> None:
    request = asked("/?area=a&area=b&page=3&q=sea+law")

    assert jinja.query(request, page=None, sort="-title") == "?area=a&area=b&q=sea+law&sort=-title"
    assert jinja.query(request, area=["c"], page=None, q="") == "?area=c"
    assert jinja.kept(request, "page", "q") == [("area", "a"), ("area", "b")]


def test_constants_of_a_template_are_written_anew_in_each_language(written: object) -> None:
    for language, expected in (("en", "1,400"), ("fr", "1\u202f400"), ("en", "1,400")):
        with override(language):
            assert written("{{ 1400|num }}") == expected  # type: ignore[operator]
