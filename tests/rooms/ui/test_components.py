"""Every macro of the house renders, works without scripts, and says in words what it shows in colour."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jinja2
import pytest
from django import forms
from django.core.paginator import Paginator

from comity import ui
from comity.kernel.findings import Bar, Caution, Waivable
from comity.kernel.words import Sentence
from comity.ui.views import style_page

from .conftest import asked

COMPONENTS = Path(ui.__file__).parent / "templates" / "ui" / "components.html"
IMPORTS = '{% import "ui/components.html" as c %}'
NAMES = re.findall(r"{% macro (\w+)\(", COMPONENTS.read_text())

# One use of each macro, with what must be read in it.
USES: dict[str, tuple[str, str]] = {
    "icon": ('{{ c.icon("good") }}', "<svg"),
    "state": ('{{ c.state("Suspended", "bad") }}', "Suspended</span>"),
    "period": ('{{ c.period("1995-04-26", "1996-10") }}', "October 1996"),
    "party": ('{{ c.party("ARL", "Arland", "/p") }}', '<a href="/p">Arland</a>'),
    "finding": ('{{ c.finding("bar", "Closed.") }}', "<b>Not possible</b> Closed."),
    "findings": ("{{ c.findings(found) }}", "<b>Needs a waiver</b> Late."),
    "fact": ('{{ c.fact("27", "places", "/rows") }}', '<a href="/rows" class="fact">'),
    "facts": ('{{ c.facts([("Seat", none)]) }}', "<dt>Seat</dt>"),
    "sheet": ('{% call c.sheet("To do", id="todo") %}x{% endcall %}', '<section class="sheet" id="todo">'),
    "field": ('{{ c.field(form["title"]) }}', 'role="alert"'),
    "errors": ("{{ c.errors(form) }}", "The round is closed."),
    "notice": ('{{ c.notice("Closes soon.", "warn") }}', "Closes soon."),
    "go": ('<a {{ c.go("/x", "#list") }}>', 'hx-push-url="true"'),
    "sort_head": ('{{ c.sort_head(request, "Title", "title") }}', 'aria-sort="ascending"'),
    "pager": ("{{ c.pager(request, some_page) }}", "51–100 of 1,400"),
    "hidden": ('{{ c.hidden([("a", "1")]) }}', '<input type="hidden" name="a" value="1">'),
    "facets": ('{% call c.facets(request, ["area"]) %}x{% endcall %}', '<form class="facets" method="get"'),
    "facet": ('{{ c.facet("Area", "area", [("a", "Air", 1400)], ["a"]) }}', 'value="a" checked'),
    "fill": ('{{ c.fill(41, 30, "41 asked") }}', "41 asked"),
    "bars": ('{{ c.bars([("Air", 3, none)], "By area") }}', "<caption>By area</caption>"),
    "gantt": ('{{ c.gantt([("Goal", none, [("In force", since, day, 0)])], since, day, "Plan", day) }}', "In force"),
    "calendar": ('{{ c.calendar(day, {day: [("Course", "/c", "")] * 5}, day) }}', "1 more"),
    "empty_state": ('{{ c.empty_state("None yet", "Ask.", ("Menu", "/m")) }}', '<a class="button go" href="/m">Menu</a>'),
    "trail_entry": ('{{ c.trail_entry(at, "Ana", "suspended it.", "Europe/Brussels", [("on", "x")], "Belsund") }}', "for Belsund"),
    "why": ('{{ c.why("All places are taken.", "Rule 4", "One more would do.") }}', "Rule 4"),
    "sources": ('{{ c.sources([("Communiqué", "/s", "para 3")]) }}', '<a href="/s">Communiqué</a>'),
    "confirm": ('{{ c.confirm("/do", "", "Suspend", "Two lapse.") }}', 'method="post" action="/do"'),
    "progress": ('{{ c.progress("job-1", 4, 10, "Reading", "/job/1") }}', 'hx-trigger="every 1s"'),
    "tabs": ('{{ c.tabs([("List", "/l", true, 3), ("Map", "/m", false, none)]) }}', '<a href="/l" aria-current="page">List'),
    "exports": ('{{ c.exports([("CSV", "/x.csv")]) }}', '<a href="/x.csv" download>CSV</a>'),
    "timeline_item": ('{{ c.timeline_item("1991-12-20", "Founded", list=[("Text", none, none)]) }}', "20 December 1991"),
    "thread": ('{{ c.thread([("0 reports", "none due", none, true)]) }}', "Gap:"),
    "task": ('{{ c.task("today", "Name two", "/n", action=("Name", "/n")) }}', 'aria-label="Name: Name two"'),
    "date_slider": ("{{ c.date_slider(request, day, day, since) }}", 'type="date" name="on" value="2021-12-31"'),
}


class Nominee(forms.Form):
    """A form that is refused."""

    title = forms.CharField(help_text="As on the passport.")


def names() -> dict[str, Any]:
    """What the uses speak of."""
    form = Nominee({})
    form.add_error(None, "The round is closed.")
    return {
        "request": asked("/?sort=title&q=x"),
        "some_page": Paginator(range(1400), 50).page(2),
        "form": form,
        "at": datetime(2027, 1, 15, 17, tzinfo=UTC),
        "day": date(2021, 12, 31),
        "since": date(1949, 4, 1),
        "found": [Bar(Sentence("No.")), Waivable(Sentence("Late.")), Caution(Sentence("Mind."))],
    }


def test_every_macro_is_tried_here() -> None:
    assert set(NAMES) == set(USES)


@pytest.mark.parametrize("name", NAMES)
def test_it_renders(name: str, env: jinja2.Environment) -> None:
    source, expected = USES[name]

    assert expected in env.from_string(IMPORTS + source).render(**names())


@pytest.mark.parametrize("name", NAMES)
def test_it_is_documented_by_a_line(name: str) -> None:
    assert re.search(rf"{{# {name}\([^)]*\)+: ", COMPONENTS.read_text()) or name in {"finding", "findings"}


@pytest.mark.fault(27)
def test_f27_a_wrong_field_is_tied_to_its_label_hint_and_error(env: jinja2.Environment) -> None:
    answer = env.from_string(IMPORTS + USES["field"][0]).render(**names())

    assert '<label for="id_title">' in answer
    assert 'aria-invalid="true"' in answer
    assert 'aria-describedby="id_title_helptext id_title_error"' in answer
    assert 'id="id_title_helptext"' in answer
    assert 'id="id_title_error"' in answer


@pytest.mark.fault(27)
def test_f27_drawings_are_hidden_from_those_who_cannot_see_them_and_said_in_words(env: jinja2.Environment) -> None:
    for name in ("state", "fill", "bars", "thread", "finding"):
        answer = env.from_string(IMPORTS + USES[name][0]).render(**names())
        assert all('aria-hidden="true"' in svg for svg in re.findall(r"<svg[^>]*>", answer)), name


def test_a_second_click_on_a_column_sorts_it_downwards(env: jinja2.Environment) -> None:
    answer = env.from_string(IMPORTS + USES["sort_head"][0]).render(**names())

    assert 'href="?sort=-title&amp;q=x"' in answer


def test_the_pager_keeps_filters_and_says_where_one_is(env: jinja2.Environment) -> None:
    answer = env.from_string(IMPORTS + USES["pager"][0]).render(**names())

    assert 'rel="next" href="?sort=title&amp;q=x&amp;page=3"' in answer
    assert 'aria-current="page">2</a>' in answer


def test_a_finished_job_is_asked_no_more(env: jinja2.Environment) -> None:
    answer = env.from_string(IMPORTS + '{{ c.progress("j", 10, 10, "Read", "/job/1", "done") }}').render()

    assert "hx-get" not in answer


def test_the_style_page_shows_every_macro() -> None:
    style = (COMPONENTS.parent / "style.html").read_text()
    used = style + COMPONENTS.read_text().split("macro date_slider")[0] + (COMPONENTS.parent / "map.html").read_text()

    assert [n for n in NAMES if not re.search(rf"(?<!macro ){n}\(", used)] == []
    assert style_page(asked("/style/")).status_code == 200
