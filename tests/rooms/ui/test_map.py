"""The map shows who lay in which layer on a day, the same on the server as in the browser, and never by colour alone."""

import json
import re
from datetime import date
from typing import Any

import jinja2
import pytest

from comity.ui import outline

from .conftest import asked

LAYERS = [("partner", "Partners"), ("ally", "Allies"), ("suspended", "Suspended")]
SPANS: dict[str, list[tuple[str, str, str, str]]] = {
    "MLT": [("1995-04-26", "1996-10-29", "partner", "Partner"), ("2008-04-03", "", "partner", "Partner, again")],
    "POL": [("1994-02-02", "1999-03-12", "partner", "Partner"), ("1999-03-12", "", "ally", "Ally")],
    "BLR": [("1995-01-11", "", "partner", "Partner"), ("2021-11-16", "", "suspended", "On hold")],
}
MAP = (
    '{% from "ui/map.html" import world_map %}'
    '{{ world_map(request, spans, layers, on, today, since, "Partners", "Who is what.", target="#rolls", href=href, names=names) }}'
)


def drawn(env: jinja2.Environment, on: date, path: str = "/partners/", href: Any = None) -> str:
    """The map on a day."""
    return env.from_string(MAP).render(
        request=asked(path),
        spans=SPANS,
        layers=LAYERS,
        on=on,
        today=date(2026, 11, 21),
        since=date(1949, 4, 1),
        href=href,
        names={"MLT": "Malta"},
    )


@pytest.mark.parametrize(
    ("code", "on", "layer"),
    [
        ("MLT", date(1995, 4, 25), -1),
        ("MLT", date(1995, 4, 26), 0),
        ("MLT", date(1996, 10, 29), -1),
        ("MLT", date(2010, 1, 1), 0),
        ("POL", date(1999, 3, 11), 0),
        ("POL", date(1999, 3, 12), 1),
        ("BLR", date(2021, 11, 15), 0),
        ("BLR", date(2021, 11, 16), 2),
    ],
)
def test_a_party_lies_in_the_last_layer_open_on_the_day(code: str, on: date, layer: int) -> None:
    assert outline.layer_on(SPANS[code], LAYERS, on) == layer


def test_the_legend_counts_each_layer() -> None:
    assert outline.counts(SPANS, LAYERS, date(2022, 1, 1)) == {"partner": 1, "ally": 1, "suspended": 1}
    assert outline.label_on(SPANS["MLT"], LAYERS, date(2022, 1, 1)) == "Partner, again"
    assert outline.label_on(SPANS["MLT"], LAYERS, date(2000, 1, 1)) == ""


def test_the_outline_has_every_country_once_and_dots_for_the_small() -> None:
    codes = [s.code for s in outline.shapes() if s.code]
    dots = {s.code for s in outline.shapes() if s.dot}

    assert len(codes) == len(set(codes))
    assert {"MLT", "BHR", "SGP", "LUX", "LIE", "SMR", "MCO", "VAT", "AND"} <= dots
    assert {"UKR", "GEO", "MDA", "AUS", "JPN", "KOR", "NZL", "CYP", "QAT", "KWT", "XKX"} - set(codes) == {"XKX"}
    assert "FRA" not in dots


def test_the_outline_says_where_it_comes_from_and_stays_small() -> None:
    text = outline.DATA.read_text("utf-8")

    assert "public domain" in json.loads(text)["meta"]["source"]
    assert len(text) < 150_000


def test_the_map_is_named_described_and_linked(env: jinja2.Environment) -> None:
    answer = drawn(env, date(2022, 1, 1), href=lambda code: f"/partners/{code}/")

    assert '<title id="map-title">Partners</title>' in answer
    assert "Partners: 1. Allies: 1. Suspended: 1." in answer
    assert 'data-party="MLT" data-name="Malta" href="/partners/MLT/"' in answer
    assert "<title>Malta: Partner, again</title>" in answer
    assert 'role="img"' in drawn(env, date(2022, 1, 1))


@pytest.mark.fault(27)
def test_f27_what_is_suspended_is_hatched(env: jinja2.Environment) -> None:
    def path(on: date) -> str:
        found = re.search(r'data-party="BLR".*?<path ([^>]*?) d=', drawn(env, on))
        assert found
        return found[1]

    assert path(date(2021, 11, 15)) == 'class="c l0"'
    assert path(date(2021, 11, 16)) == 'class="c" fill="url(#map-hatch)"'


def test_the_browser_is_given_the_same_spans(env: jinja2.Environment) -> None:
    found = re.search(r'data-spans="([^"]*)"', drawn(env, date(2022, 1, 1)))

    assert found
    given = json.loads(found[1].replace("&#34;", '"').replace("&amp;", "&"))
    assert {code: [tuple(s) for s in spans] for code, spans in given.items()} == SPANS


def test_a_day_can_be_asked_for_without_scripts(env: jinja2.Environment) -> None:
    answer = drawn(env, date(2022, 1, 1), "/partners/?q=sea&page=2")

    assert '<input type="date" name="on" value="2022-01-01"' in answer
    assert '<input type="hidden" name="q" value="sea">' in answer
    assert 'name="page"' not in answer
    assert 'hx-target="#rolls"' in answer


def test_europe_is_a_closer_view_of_the_same_map(env: jinja2.Environment) -> None:
    answer = drawn(env, date(2022, 1, 1), "/partners/?view=europe")

    assert f'viewBox="{outline.views()["europe"]}"' in answer
    assert 'href="?view=world"' in answer
    assert f'viewBox="{outline.views()["world"]}"' in drawn(env, date(2022, 1, 1), "/partners/?view=moon")


def test_months_are_counted_by_the_calendar() -> None:
    assert outline.months_since(date(1949, 4, 1), date(1949, 4, 30)) == 0
    assert outline.months_since(date(1949, 4, 1), date(2026, 11, 21)) == 931
