"""The laws of the house that no library checks: who is asked for, what is recorded, what is refused, what is named how."""

import ast
import inspect
import re
import string
from functools import cache

import pytest
from django.db import models
from django.db.models.constraints import BaseConstraint

from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from tests.house import discover
from tests.house.faults import FAULTS_IF_EVER_BROKEN, KINDS_OF_FAULTS

# Reads that come before there is a reader, or that tell nobody anything.
WITHOUT_A_READER = {
    "comity/activities/queries/__init__.py: meanings": "what the words of entry mean, which is published",
    "comity/activities/queries/__init__.py: terms_by_word": "vocabulary, which is published",
    "comity/activities/queries/menu.py: labels": "vocabulary, which is published",
    "comity/parties/queries.py: actor_of": "makes the actor",
    "comity/accounts/queries.py: bearer": "makes the actor",
    "comity/calendars/queries/feeds.py: behind": "makes the actor",
    "comity/trail/queries.py: stamp": "a digest from which nothing can be read; says that something was done, not what",
    "comity/trail/queries.py: touched": "moments alone; says that something was done, not what",
    "comity/participation/queries/requests.py: joined": "fills in what belongs to requests that were read for somebody",
    "comity/trail/queries.py: verify": "tells whether the chain is whole, and nothing of what it holds",
}
# Verbs that are part of another act, which records it, or that leave their record elsewhere.
WITHOUT_A_LINE = {
    "comity/attendance/acts/certificates.py: confirm": "answers yes or no to whoever holds the code; what was typed is not kept",
    "comity/trail/acts.py: record": "is the line",
    "comity/nominations/acts/readings.py: names": "writes a reading, which is its line; the delegation sees it",
    "comity/notices/acts/notices.py: tell": "says to people what an act has recorded",
    "comity/notices/acts/letters.py: write": "says by e-mail what the inbox says; the letter is its own record",
    "comity/notices/acts/letters.py: claim": "part of sending; the letter is its own record",
    "comity/notices/acts/letters.py: settle": "part of sending; the letter is its own record",
    "comity/notices/acts/calls.py: claim": "part of calling; the call is its own record",
    "comity/notices/acts/calls.py: settle": "part of calling; the call is its own record",
    "comity/drafting/acts/drafts.py: save": "says nothing to anybody yet; what is put forward is recorded",
    "comity/drafting/acts/drafts.py: discard": "throws away what nobody else has seen",
    "comity/trail/acts.py: follow": "wires, at start",
    "comity/accounts/acts/accounts.py: describe": "calls the acts that record",
}
NEVER = {
    "manager", "handler", "helper", "helpers", "processor", "service", "services", "utils", "util", "common", "base", "misc",
    "data", "info",
}  # fmt: skip
# Named by the framework, not by us.
PRESCRIBED = {"process_exception"}
NEVER_BEFORE = ("do_", "process_", "handle_", "update_")
NEVER_AFTER = ("View", "Form", "Model")


def sentence(path: object, name: str) -> str:
    return f"{discover.place(path)}: {name}"  # type: ignore[arg-type]


def none(found: list[str]) -> None:
    """Nothing was found; otherwise all of it is told."""
    assert not found, "\n".join(found)


def constraints() -> list[tuple[type[models.Model], BaseConstraint]]:
    return [(model, law) for model in discover.tables() for law in model._meta.constraints]


class TestReaders:
    @pytest.mark.fault("F3")
    def test_every_set_of_rows_is_scoped_by_its_reader(self) -> None:
        sets = {
            cls
            for module in discover.modules()
            for _, cls in inspect.getmembers(module, inspect.isclass)
            if issubclass(cls, models.QuerySet) and cls.__module__.startswith("comity.")
        }
        without = [f"{c.__module__}.{c.__name__}" for c in sets if "seen_by" not in vars(c) and not _inherits(c)]

        assert len(sets) > 5
        none(without)

    @pytest.mark.fault("F3")
    def test_every_query_asks_who_reads(self) -> None:
        blind = [
            sentence(path, node.name)
            for path, node in discover.public_functions("queries")
            if _reads(node) and not _takes(node, "seen_by", "by", "actor")
        ]

        none(sorted(set(blind) - set(WITHOUT_A_READER)))


def _inherits(cls: type) -> bool:
    return any("seen_by" in vars(parent) for parent in cls.__mro__)


def _reads(node: ast.FunctionDef) -> bool:
    """Whether a function goes to the tables by itself."""
    return any(isinstance(n, ast.Attribute) and n.attr == "objects" for n in ast.walk(node))


def _takes(node: ast.FunctionDef, *names: str) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return any(a.arg in names or (a.annotation is not None and "Actor" in ast.unparse(a.annotation)) for a in arguments)


class TestActs:
    def acts(self) -> list[tuple[object, ast.FunctionDef]]:
        """Functions of an act module that write: decorated as one transaction, or calling the trail."""
        return [(p, n) for p, n in discover.public_functions("acts") if any("atomic" in ast.unparse(d) for d in n.decorator_list)]

    def test_every_act_knows_by_whom(self) -> None:
        nameless = [sentence(path, node.name) for path, node in self.acts() if not _takes(node, "by")]

        assert len(self.acts()) > 10
        none(nameless)

    @pytest.mark.fault("F22")
    def test_every_act_leaves_a_line_in_the_trail(self) -> None:
        silent = [sentence(path, node.name) for path, node in self.acts() if not _records(node, discover.trees()[path])]  # type: ignore[index]

        none(sorted(set(silent) - set(WITHOUT_A_LINE)))

    def test_nothing_below_the_faces_looks_at_the_clock(self) -> None:
        looking = [
            sentence(path, ast.unparse(node))
            for path, tree in discover.trees().items()
            if discover.layer(path) in ("acts", "queries", "models", "rules")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and ast.unparse(node.func) in ("datetime.now", "date.today", "timezone.now", "datetime.utcnow")
        ]

        # The trail itself notes the moment of an act that carries a day.
        assert looking == ["comity/trail/acts.py: datetime.now(UTC)"]


def _records(node: ast.FunctionDef, tree: ast.Module) -> bool:
    """Whether a function records, itself or through functions of its own module, or does another act."""
    local = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        for call in (n for n in ast.walk(here) if isinstance(n, ast.Call)):
            words = ast.unparse(call.func)
            if words.endswith("trail.record") or words == "record":
                return True
            if words in local and words not in seen:
                seen.add(words)
                waiting.append(local[words])
            # An act may call another room's act, which records it.
            if any(k.arg == "by" for k in call.keywords) and "." in words:
                return True
    return False


class TestConstraints:
    def test_every_law_of_the_database_is_refused_in_words_or_is_a_fault_if_ever_broken(self) -> None:
        source = "\n".join(p.read_text("utf-8") for p in discover.trees())
        said = {name for found in re.findall(r"\b(\w+)\s*=[^=]|[\"'](\w+)[\"']\s*:", source) for name in found}
        unsaid = [
            f"{model._meta.label}: {law.name}" for model, law in constraints() if law.name not in said and not _is_a_fault(law.name)
        ]

        none(unsaid)

    def test_the_list_of_faults_names_only_laws_there_are(self) -> None:
        none(sorted(set(FAULTS_IF_EVER_BROKEN) - {law.name for _, law in constraints()}))
        assert all(FAULTS_IF_EVER_BROKEN.values())

    def test_every_name_of_a_law_is_a_sentence(self) -> None:
        assert [law.name for _, law in constraints() if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", law.name)] == []

    def test_every_state_has_its_law(self) -> None:
        lawless = [
            f"{model._meta.label}.{column.name}"
            for model in discover.tables()
            for column in model._meta.concrete_fields
            if column.name in ("state", "kind", "standing", "grade")
            and column.choices
            and not any(
                isinstance(law, models.CheckConstraint) and column.name in str(law.condition) for law in model._meta.constraints
            )
        ]

        none(lawless)


def _is_a_fault(law: str) -> bool:
    return law in FAULTS_IF_EVER_BROKEN or any(re.fullmatch(kind, law) for kind in KINDS_OF_FAULTS)


class TestRefusals:
    @pytest.mark.parametrize("refusal", discover.refusals(), ids=lambda cls: cls.__name__)
    def test_every_refusal_is_raised_with_the_facts_its_sentence_names(self, refusal: type) -> None:
        placeholders = {name for _, name, _, _ in string.Formatter().parse(refusal.message) if name}  # type: ignore[attr-defined]
        given = _facts_given().get(refusal, [])

        assert all(name and "." not in name and "[" not in name for name in placeholders)
        assert all(placeholders <= facts for facts in given if "**" not in facts), (placeholders, given)


@cache
def _facts_given() -> dict[type, list[set[str]]]:
    """For each refusal: the keywords it is called with, wherever that is; `**` for a mapping."""
    found: dict[type, list[set[str]]] = {}
    for module in discover.modules():
        for call in (n for n in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(n, ast.Call)):
            called = _named(call.func, vars(module))
            if isinstance(called, type) and issubclass(called, Refusal):
                found.setdefault(called, []).append({k.arg or "**" for k in call.keywords})
    return found


def _named(words: ast.expr, known: dict[str, object]) -> object:
    """What a plain or dotted name stands for in a module."""
    if isinstance(words, ast.Name):
        return known.get(words.id)
    if isinstance(words, ast.Attribute):
        return getattr(_named(words.value, known), words.attr, None)
    return None


class TestNames:
    def test_no_module_or_class_bears_an_empty_name(self) -> None:
        wrong = [
            discover.place(p) for p in discover.trees() if p.stem in NEVER or (p.stem == "__init__" and p.parent.name in NEVER)
        ]
        for path, tree in discover.trees().items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and _is_empty_name(node):
                    wrong.append(sentence(path, node.name))
                if isinstance(node, ast.FunctionDef) and node.name.startswith(NEVER_BEFORE) and node.name not in PRESCRIBED:
                    wrong.append(sentence(path, node.name))

        none(wrong)

    def test_the_word_is_state(self) -> None:
        columns = [f"{m._meta.label}.{c.name}" for m in discover.tables() for c in m._meta.concrete_fields if "status" in c.name]

        none(columns)

    def test_moments_are_named_as_such(self) -> None:
        wrong = []
        for model in discover.tables():
            for column in model._meta.concrete_fields:
                name, kind = column.name, column.get_internal_type()
                if (
                    kind == "DateTimeField"
                    and not name.endswith(("_at", "_since", "_until"))
                    and name not in ("at", "last_login", "expire_date", "since", "until", "deadline")
                ):
                    wrong.append(f"{model._meta.label}.{name}")

        none(wrong)


def _is_empty_name(node: ast.ClassDef) -> bool:
    words = {w.lower() for w in re.findall(r"[A-Z][a-z]+", node.name)}
    return bool(words & NEVER) or (node.name.endswith(NEVER_AFTER) and node.name not in NEVER_AFTER)


def test_an_actor_has_no_way_round_permission() -> None:
    assert Actor().permissions == frozenset()
    assert Actor().is_stranger
