"""The timeline: dated events by year, filtered in the address, taken away with the same rows."""

import csv
import io

import pytest
from django.test import Client

from tests.world.pack import lay_down

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pack() -> None:
    """The pack of the reference organisation."""
    lay_down()


def test_events_stand_under_their_year_as_precise_as_their_source(client: Client) -> None:
    page = client.get("/timeline/").content.decode()

    assert 'id="year-1990"' in page
    assert page.index('id="hand-of-friendship"') < page.index('id="eapc-after-attacks"') < page.index('id="ukraine-council"')
    assert '<time datetime="1990-07">July 1990</time>' in page
    assert '<time datetime="1994">1994</time>' in page
    assert '<time datetime="2001-09-12">12 September 2001</time>' in page


def test_events_are_tied_to_what_they_made(client: Client) -> None:
    page = client.get("/timeline/?framework=NATO&kind=accession").content.decode()

    assert "3 rows of the register" in page
    assert "/parties/SWE/" in page
    assert 'id="madrid-summit"' not in page


def test_filters_that_fit_nothing_are_said(client: Client) -> None:
    assert "No event fits" in client.get("/timeline/?framework=ZZZ").content.decode()


@pytest.mark.fault("F15")
def test_what_is_taken_away_has_the_rows_of_the_screen(client: Client) -> None:
    taken = b"".join(client.get("/timeline/?framework=NRC&form=csv").streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(taken.lstrip("\ufeff"))))
    page = client.get("/timeline/?framework=NRC").content.decode()

    assert len(rows) == page.count('<li class="event') == 3
    assert [row["Date"] for row in rows] == ["2002-05-28", "2008-08", "2014-04-01"]
    assert client.get("/timeline/?form=xlsx").status_code == 200


def test_it_takes_no_more_queries_than_it_may(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(12):
        client.get("/timeline/")
