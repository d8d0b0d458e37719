"""Every act that is recorded has words in the trail, and every fact a name: found in the source, never in a list."""

import ast
import re
from collections.abc import Iterator

from comity.activities.models.editions import STEPS
from comity.trail import rules
from tests.house import discover

ACT = re.compile(r"[a-z-]+\.[a-z][a-z_-]+")
# Names that look like an act in the same module: files.
FILES = re.compile(r".*\.(json|yaml|csv|sql)")


def calls() -> Iterator[tuple[ast.Module, ast.Call]]:
    """Every call that writes the trail, with its module."""
    for tree in discover.trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "trail.record":
                yield tree, node


def acts_of(tree: ast.Module, call: ast.Call) -> set[str]:
    """The names an act may be recorded under; where a variable says it, every act its module names."""
    if isinstance(call.args[0], ast.JoinedStr):
        return {f"edition.{step.replace('_', '-')}" for step in STEPS.values()}
    where = tree if isinstance(call.args[0], ast.Name) else call.args[0]
    texts = {node.value for node in ast.walk(where) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if ACT.fullmatch(text) and not FILES.fullmatch(text)}


def test_every_act_that_is_recorded_has_words_and_no_words_are_left_over() -> None:
    recorded = set().union(*(acts_of(tree, call) for tree, call in calls()))

    assert sorted(recorded - rules.ACTS.keys()) == []
    assert sorted(rules.ACTS.keys() - recorded) == []


def test_no_act_is_recorded_under_a_name_that_cannot_be_found() -> None:
    assert [ast.unparse(call) for tree, call in calls() if not acts_of(tree, call)] == []


def test_every_fact_has_a_name() -> None:
    named = {keyword.arg for _tree, call in calls() for keyword in call.keywords if keyword.arg} - {"by", "at", "about"}

    assert sorted(named - rules.FACTS.keys()) == []
