"""A page is whole to a browser, a fragment to htmx, and kept by nobody."""

import pytest
from django.contrib.messages import success
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest

from comity.ui.pages import page, problem
from comity.ui.views import style_page

from .conftest import asked


def text(response: object) -> str:
    """The words of a response."""
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def shown(request: HttpRequest) -> str:
    """The style page as answered to a request."""
    return text(style_page(request))


def test_a_browser_is_given_the_whole_page() -> None:
    answer = shown(asked("/style/"))

    assert answer.startswith("<!doctype html>")
    assert 'id="showing"' in answer
    assert answer.rstrip().endswith("</html>")


def test_htmx_is_given_the_block_the_view_names_and_no_more() -> None:
    answer = shown(asked("/style/?on=1994-04-30", HX_Request="true"))

    assert answer.startswith('<div id="showing">')
    assert "<html" not in answer
    assert "30 Apr 1994" in answer


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_is_given_the_whole_page_where_it_replaces_the_whole_page(header: str) -> None:
    assert shown(asked("/style/", **{"HX-Request": "true", header: "true"})).startswith("<!doctype html>")


@pytest.mark.fault(13)
def test_f13_no_cache_keeps_a_page_and_none_mixes_readers_or_fragments() -> None:
    response = style_page(asked("/style/"))

    assert response["Cache-Control"] == "no-store"
    assert {"HX-Request", "Cookie"} <= {v.strip() for v in response["Vary"].split(",")}


def test_a_view_may_say_otherwise_about_caches() -> None:
    response = page(asked(), "ui/problem.html", cache_control="public, max-age=60", heading="A", words="B", code="", ways=())

    assert response["Cache-Control"] == "public, max-age=60"


def test_a_view_overrules_what_the_frame_is_given() -> None:
    answer = text(page(asked(), "ui/problem.html", heading="A", words="B", code="", ways=(), demonstration=False))

    assert "Demonstration data" not in answer


def test_a_problem_is_told_in_words_with_a_way_on() -> None:
    response = problem(asked(), 409, "The round is closed", "Nobody may ask any more.", code="round-is-closed")

    assert response.status_code == 409
    assert "Nobody may ask any more." in text(response)
    assert "round-is-closed" in text(response)
    assert 'href="/"' in text(response)


def test_messages_travel_with_a_fragment_and_are_announced() -> None:
    request = asked("/style/", HX_Request="true")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    success(request, "Saved <so>.")

    answer = shown(request)

    assert 'hx-swap-oob="innerHTML:#toasts"' in answer
    assert "Saved &lt;so&gt;." in answer


def test_user_text_is_escaped_in_every_component() -> None:
    answer = text(problem(asked(), 404, "<b>", "<script>x</script>"))

    assert "<script>x" not in answer
    assert "&lt;script&gt;" in answer


def test_the_page_says_when_it_shows_the_past() -> None:
    past, now = shown(asked("/style/?on=1994-04-30")), shown(asked("/style/"))

    assert "You are reading the record as it was on" in past
    assert '<p class="notice warn then" hidden>' in now
    assert '<p class="notice warn then">' in past


def test_a_day_that_is_none_is_read_as_today() -> None:
    assert "21 Nov 2026" in shown(asked("/style/?on=yesterday"))
