"""Sizes and habits: ceilings of modules and functions, what templates must not hold, what nobody may write."""

import ast
import re
from pathlib import Path

import pytest

from tests.house import discover

CEILINGS = {"models": 600}
MODULE, FUNCTION, ACT, FACE, ROOM, KERNEL = 400, 40, 60, 20, 3000, 600
# Rooms that passed three thousand lines and were asked whether they are two; none passes this.
ASKED = 4200
WHETHER_IT_IS_TWO = {
    "activities": "no: entries, their terms and their import are read and changed together",
    "agreements": "no: an offer, its rounds, its signatures and its papers are one way, walked under the lock of one row",
    "drafting": "no: amendments, versions and the text being drafted are merged into one another",
    "frameworks": "no: rolls, suspensions and statements are one truth over the same rows",
    "programmes": "yes: reviews have left it; goals, their history and the documents they are of are changed together",
    "nominations": "no: who holds a seat, who waits for it and whose names are sealed are kept by one lock and one set of laws",
    "participation": "yes: nominations have left it; requests and rounds are to be parted next, with their tables",
}
# Faces are views, operations and commands; what only declares options is measured without its signature.
FACES = {"views", "api", "cli"}
TEMPLATES = sorted([*discover.SOURCE.rglob("templates/**/*.html"), *discover.SOURCE.rglob("django_templates/**/*.html")])


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def body_of(node: ast.FunctionDef) -> int:
    """The lines of a function from its first statement on, its docstring left out."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


def told(found: list[str]) -> None:
    assert not found, "\n".join(found)


class TestCeilings:
    def test_no_module_is_longer_than_its_ceiling(self) -> None:
        told(
            [
                f"{discover.place(path)}: {lines_of(path)}"
                for path in discover.trees()
                if lines_of(path) > CEILINGS.get(discover.layer(path), MODULE)
            ]
        )

    def test_no_function_is_longer_than_its_ceiling(self) -> None:
        told(
            [
                f"{discover.place(path)}: {node.name} {body_of(node)}"
                for path, tree in discover.trees().items()
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef) and body_of(node) > (ACT if discover.layer(path) == "acts" else FUNCTION)
            ]
        )

    def test_no_face_does_more_than_one_thing(self) -> None:
        told(
            [
                f"{discover.place(path)}: {node.name} {body_of(node)}"
                for kind in FACES
                for path, node in discover.public_functions(kind)
                if body_of(node) > FACE
            ]
        )

    def test_no_room_is_larger_than_three_thousand_lines(self) -> None:
        sizes: dict[str, int] = {}
        for path in discover.trees():
            room = path.relative_to(discover.SOURCE).parts[0]
            sizes[room] = sizes.get(room, 0) + lines_of(path)

        told([f"{room}: {size}" for room, size in sizes.items() if size > (ASKED if room in WHETHER_IT_IS_TWO else ROOM)])
        assert sizes["kernel"] <= KERNEL

    def test_our_own_script_is_small(self) -> None:
        scripts = [p for p in discover.SOURCE.rglob("*.js") if "locale" not in p.parts]

        assert sum(map(lines_of, scripts)) <= 200


class TestTemplates:
    @pytest.mark.fault("F9")
    def test_no_template_holds_script_or_style_of_its_own(self) -> None:
        wrong = re.compile(
            r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)|hx-on|hx-vals=[\"']js:", re.I
        )

        assert TEMPLATES
        told(
            [
                f"{path.relative_to(discover.SOURCE)}: {m[0].strip()}"
                for path in TEMPLATES
                for m in wrong.finditer(path.read_text("utf-8"))
            ]
        )

    @pytest.mark.fault("F8")
    def test_nothing_is_marked_safe_that_a_person_wrote(self) -> None:
        wrong = re.compile(r"\|\s*safe\b|autoescape\s+(false|off)")
        # The rules for passwords come from the framework as a list in HTML; nobody of us wrote them.
        by_the_framework = "f.help_text|safe"
        told(
            [
                str(path.relative_to(discover.SOURCE))
                for path in TEMPLATES
                if wrong.search(path.read_text("utf-8").replace(by_the_framework, ""))
            ]
        )

    def test_every_form_that_writes_proves_where_it_comes_from(self) -> None:
        forms = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.S | re.I)
        told(
            [
                f"{path.relative_to(discover.SOURCE)}: {form[:90]}"
                for path in TEMPLATES
                if path.name != "style.html"  # specimens, which post nowhere
                for form in forms.findall(path.read_text("utf-8"))
                if not re.search(r"csrf|\bcaller\(\)|\{% slot", form)
            ]
        )

    @pytest.mark.fault("F10")
    def test_nothing_is_fetched_from_elsewhere(self) -> None:
        wrong = re.compile(r"(?:src|href)=\"(?:https?:)?//[^\"]+\.(?:js|css|woff2?|png|svg)", re.I)

        told([f"{path.name}: {m[0]}" for path in TEMPLATES for m in wrong.finditer(path.read_text("utf-8"))])


class TestHabits:
    def test_every_module_and_public_class_says_what_it_is(self) -> None:
        silent = [discover.place(p) for p, tree in discover.trees().items() if tree.body and not ast.get_docstring(tree)]
        for path, tree in discover.trees().items():
            silent += [
                f"{discover.place(path)}: {n.name}"
                for n in tree.body
                if isinstance(n, ast.ClassDef) and not n.name.startswith("_") and not ast.get_docstring(n)
            ]

        told(silent)

    def test_nothing_is_left_for_later(self) -> None:
        later = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")

        told([discover.place(path) for path in discover.trees() if later.search(path.read_text("utf-8"))])

    def test_no_module_is_imported_in_the_middle_of_a_function(self) -> None:
        told(
            [
                f"{discover.place(path)}: {ast.unparse(node)}"
                for path, tree in discover.trees().items()
                for function in ast.walk(tree)
                if isinstance(function, ast.FunctionDef)
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
        )
