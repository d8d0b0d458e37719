"""What people may choose to be told of is told by somebody, and nothing else is told."""

import ast

from comity.notices.rules.topics import TOPICS
from tests.house import discover


def topic_of(tree: ast.Module, call: ast.Call) -> object:
    """The topic a call tells under: the word itself, or the name its module gives it."""
    first = call.args[0]
    if isinstance(first, ast.Name):
        named = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == first.id]
        first = named[0] if named else first
    return first.value if isinstance(first, ast.Constant) else ast.unparse(first)


def test_every_topic_is_told_and_no_other() -> None:
    told = {
        topic_of(tree, node)
        for tree in discover.trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "notices.tell"
    }

    assert told == set(TOPICS)
