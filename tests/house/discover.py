"""What there is in the house, found by looking, never by a list that somebody forgets to extend."""

import ast
import importlib
import inspect
import itertools
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

import comity
from comity.config.api import api
from comity.kernel.refusals import Refusal

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "comity"
PARAMETER = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
# Words a route may take where no column of that name tells one.
WORDS = {"form": ["csv", "ics"], "act": ["approve", "apply"], "step": ["publish"]}


@dataclass(frozen=True)
class Door:
    """An address somebody may knock at: a page, or an operation of the API with its method."""

    template: str
    method: str = "GET"
    body: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def parameters(self) -> list[str]:
        """The names of what the address takes."""
        return PARAMETER.findall(self.template)

    def addresses(self, values: dict[str, list[Any]], most: int = 6) -> list[str]:
        """Addresses with plausible arguments."""
        choices = [[(name, value) for value in (WORDS.get(name) or values.get(name, ["x"]))[:8]] for name in self.parameters]
        combinations = list(itertools.product(*choices))
        step = max(1, len(combinations) // most)
        return [self._address(dict(chosen)) for chosen in combinations[::step][: most + 1]]

    def _address(self, arguments: dict[str, Any]) -> str:
        return PARAMETER.sub(lambda match: str(arguments[match[1]]), self.template)


@cache
def pages() -> list[Door]:
    """Every address that is no part of the API."""
    return [Door(template) for template in sorted(set(_templates(get_resolver("comity.config.urls"), "/")))]


def _templates(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api":
                yield from _templates(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


@cache
def operations() -> list[Door]:
    """Every operation of the API with its method, and a body made from its description."""
    described = api.get_openapi_schema()
    found = []
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            schema = next((part["schema"] for part in content.values()), {})
            found.append(Door(path, method.upper(), _body(schema, described["components"]["schemas"])))
    return found


def _body(schema: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    schema = known.get(schema.get("$ref", "").rpartition("/")[2], schema)
    return {name: _example(part, known) for name, part in schema.get("properties", {}).items()}


def _example(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _body(schema, known)
    kinds = [part.get("type") for part in schema.get("anyOf", [schema])]
    return {"integer": 1, "number": 1, "boolean": False, "array": [], "object": {}}.get(kinds[0] or "", "x")


@cache
def modules() -> list[ModuleType]:
    """Every module of the house, migrations left out."""
    found = []
    for info in pkgutil.walk_packages(comity.__path__, "comity."):
        if ".migrations" not in info.name and not info.name.endswith(("wsgi", "__main__", "config.commands")):
            found.append(importlib.import_module(info.name))
    return found


@cache
def tables() -> list[type[models.Model]]:
    """Every table of ours."""
    return [model for model in apps.get_models() if model.__module__.startswith("comity.")]


@cache
def refusals() -> list[type[Refusal]]:
    """Every refusal there is."""
    found = {cls for module in modules() for _, cls in inspect.getmembers(module, inspect.isclass) if issubclass(cls, Refusal)}
    return sorted(found - {Refusal}, key=lambda cls: (cls.__module__, cls.__name__))


@cache
def trees() -> dict[Path, ast.Module]:
    """The parsed source of every module of ours, migrations left out."""
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts}


def place(path: Path) -> str:
    """A module as people write it."""
    return str(path.relative_to(SOURCE.parent))


def layer(path: Path) -> str:
    """The floor of a module inside its room: acts, queries, views …"""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[1] if len(parts) > 1 else ""


def public_functions(kind: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """The public functions of one floor of every room."""
    for path, tree in trees().items():
        if layer(path) == kind:
            yield from ((path, node) for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))


def values_of_rows(model: type[models.Model], rows: Any) -> dict[str, list[Any]]:
    """What rows have to say where an address asks for something by the name of a column."""
    found: dict[str, list[Any]] = {}
    for row in list(rows[:3]):
        for column in model._meta.concrete_fields:
            value = getattr(row, column.attname)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value) and "/" not in str(value):
                found.setdefault(column.name, []).append(value)
        key = "pk" if isinstance(row.pk, int) else model._meta.model_name or ""
        found.setdefault(key, []).append(row.pk)
        found.setdefault("id", []).append(row.pk)
    return found
