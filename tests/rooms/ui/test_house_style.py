"""What the style sheet, the script and all templates of the house keep to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client

import comity

PACKAGE = Path(comity.__file__).parent
STATIC = PACKAGE / "ui" / "static" / "ui"
SHEET = (STATIC / "comity.css").read_text("utf-8")
TEMPLATES = sorted([*PACKAGE.glob("*/templates/**/*.html"), *PACKAGE.glob("*/django_templates/**/*.html")])
TOKENS = dict(re.findall(r"--([\w-]+):light-dark\((#\w+),\s*#\w+\)", SHEET))
DARK = dict(re.findall(r"--([\w-]+):light-dark\(#\w+,\s*(#\w+)\)", SHEET))


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs() -> Iterator[tuple[str, str, float]]:
    """Ink on ground, with the contrast it needs."""
    for ground in ("paper", "sheet", "sunk", "tint"):
        for ink in ("ink", "ink-2"):
            yield ink, ground, 4.5
    for ground in ("paper", "sheet"):
        for ink in ("ink-3", "accent", "good", "warn", "bad", "calm"):
            yield ink, ground, 4.5
        yield "edge", ground, 3
    for tone in ("good", "warn", "bad", "calm"):
        yield tone, f"{tone}-soft", 4.5
    yield "accent", "tint", 4.5
    yield "on-accent", "accent", 4.5
    yield "on-accent", "accent-2", 4.5
    yield "sheet", "bad", 4.5
    for layer in ("l0", "l2"):
        yield layer, "sea", 2.5


@pytest.mark.fault(27)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "needed"), list(pairs()))
def test_f27_colours_can_be_read_in_both_themes(theme: str, ink: str, ground: str, needed: float) -> None:
    colours = TOKENS if theme == "light" else DARK

    assert contrast(colours[ink], colours[ground]) >= needed


def test_the_style_sheet_is_one_and_small() -> None:
    assert [p.name for p in STATIC.glob("*.css")] == ["comity.css"]
    assert len(SHEET.encode()) < 32 * 1024
    assert SHEET.count("{") == SHEET.count("}")


def test_every_rule_lies_in_a_layer() -> None:
    layers = re.search(r"@layer ([\w, ]+);", SHEET)

    assert layers
    assert {f"@layer {name.strip()}{{" for name in layers[1].split(",")} == set(re.findall(r"@layer \w+{", SHEET))


@pytest.mark.fault(28)
def test_f28_nothing_is_laid_out_for_one_direction_of_writing_only() -> None:
    assert re.findall(r"(?:margin|padding)-(?:left|right)|text-align:(?:left|right)|float:", SHEET) == []


def test_every_file_the_sheet_names_is_there() -> None:
    assert [n for n in re.findall(r"url\(([^)#]+)\)", SHEET) if not (STATIC / n).exists()] == []


def test_our_script_stays_short_and_evaluates_nothing() -> None:
    script = (STATIC / "comity.js").read_text("utf-8")

    assert len(script.splitlines()) <= 200
    assert re.findall(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|\.style\b", script) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_template_has_inline_script_or_style(template: Path) -> None:
    source = template.read_text("utf-8")

    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle\s*=|\son\w+\s*=\s*[\"']|javascript:|hx-on", source) == []


@pytest.mark.parametrize(
    "name", ["account/login.html", "account/password_change.html", "mfa/index.html", "allauth/layouts/manage.html"]
)
def test_pages_of_sign_in_are_found_in_our_dress(name: str) -> None:
    assert get_template(name)


@pytest.mark.django_db
def test_the_sign_in_page_wears_the_frame_and_announces_what_is_wrong(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    wrong = client.post("/accounts/login/", {"login": "nobody", "password": "nothing"}).content.decode()

    assert page.lower().count("<!doctype html>") == page.count('<main id="main"') == page.count('class="rail"') == 1
    assert '<label for="id_password">' in page
    assert 'role="alert"' in wrong
