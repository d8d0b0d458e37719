"""Write `docs/reference` from the code itself; `--check` says whether it is as the code is.

Refusals, permissions, settings, commands, API and constraints each get one page. Nothing here is written by hand.
"""

import importlib
import inspect
import os
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import django
import typer

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
os.environ.setdefault("COMITY_DEMONSTRATION", "yes")
os.environ.setdefault("COMITY_DATA", str(ROOT / "build" / "reference"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
django.setup()

import comity  # noqa: E402
from comity.accounts.rules import PERMISSION_LABELS, ROLE_LABELS, ROLES  # noqa: E402
from comity.config.api import api  # noqa: E402
from comity.config.commands import app  # noqa: E402
from comity.kernel.refusals import Refusal  # noqa: E402


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    return {
        "refusals.md": _page("Refusals", "Every act that may be refused says why in one of these sentences.", refusals()),
        "permissions.md": _page("Permissions", "What each role may do. A role comes with a mandate.", permissions()),
        "settings.md": _page("Settings", "Read from the environment at the start.", settings()),
        "commands.md": _page("Commands", "Exit status: 0 done, 1 fault, 2 usage, 3 refused.", commands()),
        "api.md": _page("API", "Served under `/api/v1/`; the full description is at `/api/v1/openapi.json`.", operations()),
    }


def _page(title: str, about: str, rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [f"# {title}", "", f"{about} Written by `make docs`; do not edit.", ""]
    lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in body]
    return "\n".join(lines) + "\n"


def refusals() -> list[list[str]]:
    """Code, sentence and room of every refusal."""
    for module in pkgutil.walk_packages(comity.__path__, "comity."):
        if ".migrations" not in module.name and not module.name.endswith(("__main__", ".wsgi")):
            importlib.import_module(module.name)
    found = sorted(_descendants(Refusal), key=lambda r: (r.__module__.split(".")[1], r.__name__))
    rows = [[f"`{_code(r)}`", r.message, r.__module__.split(".")[1]] for r in found if "message" in vars(r)]
    return [["code", "sentence", "room"], *rows]


def _descendants(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for below in of.__subclasses__():
        yield below
        yield from _descendants(below)


def _code(refusal: type[Refusal]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", refusal.__name__).lower()


def permissions() -> list[list[str]]:
    """One row a permission, one column a role."""
    head = ["permission", *(ROLE_LABELS[role] for role in ROLES)]
    rows = [[label, *("yes" if p in held else "" for held in ROLES.values())] for p, label in PERMISSION_LABELS.items()]
    return [head, *rows]


def settings() -> list[list[str]]:
    """Every variable of the environment that the settings or the launcher read."""
    rows = []
    for file in sorted((ROOT / "src" / "comity" / "config").glob("*.py")):
        for name in re.findall(r'"(COMITY_[A-Z_]+)"', file.read_text(encoding="utf-8")):
            rows.append([f"`{name}`", f"config/{file.name}"])
    named: dict[str, set[str]] = {}
    for name, place in rows:
        named.setdefault(name, set()).add(place)
    return [["variable", "read in"], *([n, ", ".join(sorted(p))] for n, p in sorted(named.items()))]


def commands() -> list[list[str]]:
    """Every command with its first line of help."""
    return [["command", "what it does"], *_commands(typer.main.get_command(app), "comity")]


def _commands(command: click.Command, path: str) -> Iterator[list[str]]:  # type: ignore[misc]
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for name, below in sorted(command.commands.items()):  # type: ignore[attr-defined]
            if not below.hidden:
                yield from _commands(below, f"{path} {name}")
        return
    parameters = " ".join(_parameter(p) for p in command.params if p.name != "help")
    yield [
        f"`{path} {parameters}`".replace(" `", "`"),
        inspect.cleandoc(command.help or "").splitlines()[0] if command.help else "",
    ]


def _parameter(parameter: click.Parameter) -> str:
    if parameter.param_type_name == "argument":
        return (parameter.name or "").upper()
    return f"[{parameter.opts[0]}]"


def operations() -> list[list[str]]:
    """Every operation of the API."""
    paths = api.get_openapi_schema()["paths"]
    rows = [
        [f"`{verb.upper()} {path}`", operation.get("summary", "")]
        for path, verbs in sorted(paths.items())
        for verb, operation in verbs.items()
    ]
    return [["operation", "what it does"], *rows]


if __name__ == "__main__":
    PAGES.mkdir(parents=True, exist_ok=True)
    stale = [
        name for name, text in pages().items() if not (PAGES / name).exists() or (PAGES / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        print(
            "\n".join(f"docs/reference/{name} is not as the code is: make docs" for name in stale)
            or "docs/reference is as the code is."
        )
        sys.exit(1 if stale else 0)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    print(f"{len(stale)} pages written anew")
