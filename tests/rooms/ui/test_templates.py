"""Compiled templates outlive the process that compiled them."""

from pathlib import Path
from unittest.mock import patch

import jinja2
import pytest

from comity.ui.jinja import environment

WORDS = jinja2.DictLoader({"hello.html": "Hello {{ name }}"})


def said(folder: Path) -> str:
    return environment(compiled=folder, loader=WORDS).get_template("hello.html").render(name="you")


def test_what_was_compiled_once_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    said(folder)

    with patch.object(jinja2.Environment, "compile", side_effect=AssertionError("compiled again")):
        assert said(folder) == "Hello you"


def test_another_text_of_the_same_name_is_compiled_anew(tmp_path: Path) -> None:
    said(tmp_path)

    changed = environment(compiled=tmp_path, loader=jinja2.DictLoader({"hello.html": "Bye {{ name }}"}))

    assert changed.get_template("hello.html").render(name="you") == "Bye you"


@pytest.mark.parametrize("folder", [Path("/dev/null/templates"), Path("/proc/templates")])
def test_where_nothing_may_be_written_pages_come_all_the_same(folder: Path) -> None:
    assert said(folder) == "Hello you"
