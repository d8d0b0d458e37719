"""The description of the API as chapters and operations a page can show."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """One thing an operation takes: where it stands, what it is."""

    name: str
    place: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One operation, as people read it."""

    tag: str
    method: str
    path: str
    summary: str
    words: str
    is_public: bool
    parameters: tuple[Parameter, ...]
    answers: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """What names it within the page."""
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "").rstrip("-")


def chapters(description: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    """The operations under their tags, both in alphabetical order."""
    found = [
        _operation(path, method, operations[method])
        for path, operations in description["paths"].items()
        for method in METHODS
        if method in operations
    ]
    found.sort(key=attrgetter("tag", "path", "method"))
    return [(tag, list(members)) for tag, members in groupby(found, key=attrgetter("tag"))]


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    fields = _body(told)
    return Operation(
        tag=(told.get("tags") or ["Other"])[0],
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        words=told.get("description", ""),
        is_public={} in told["security"],
        parameters=(*(_parameter(p) for p in told.get("parameters", ())), *fields),
        answers=tuple((code, answer.get("description", "")) for code, answer in sorted(told["responses"].items())),
    )


def _parameter(told: dict[str, Any]) -> Parameter:
    return Parameter(told["name"], told["in"], _kind(told["schema"]), told.get("required", False), told.get("description", ""))


def _body(told: dict[str, Any]) -> tuple[Parameter, ...]:
    """What the body is, by the name of its schema."""
    content = told.get("requestBody", {}).get("content", {})
    return tuple(Parameter("", kind, _kind(part["schema"]), True, "") for kind, part in content.items())


def _kind(schema: dict[str, Any]) -> str:
    """A type in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(part) for part in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("title" if "properties" in schema else "type", "anything"))
