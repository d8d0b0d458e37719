"""Which rooms have which faces. A room is mounted by being named here, once."""

import importlib
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

import typer

# From the top of the house down: the first room whose address fits answers.
ROOMS = (
    "packs",
    "reports",
    "changes",
    "calendars",
    "handovers",
    "scenarios",
    "feedback",
    "attendance",
    "nominations",
    "participation",
    "plans",
    "reviews",
    "programmes",
    "agreements",
    "drafting",
    "activities",
    "frameworks",
    "notices",
    "parties",
    "accounts",
    "trail",
    "exchange",
    "ui",
)


def faces(name: str) -> list[ModuleType]:
    """The modules of one kind of face, of every room that has it."""
    present = [f"comity.{room}.{name}" for room in ROOMS if find_spec(f"comity.{room}") and find_spec(f"comity.{room}.{name}")]
    return [importlib.import_module(module) for module in present]


def command_groups() -> dict[str, typer.Typer]:
    """The groups of commands: each room's `cli.groups`; what a higher room says of a lower one's noun joins its group."""
    found: dict[str, typer.Typer] = {}
    for module in (part for face in reversed(faces("cli")) for part in _parts(face)):
        for name, group in module.groups.items():
            if (known := found.setdefault(name, group)) is not group:
                known.registered_commands += [c for c in group.registered_commands if c not in known.registered_commands]
    return found


def _parts(face: ModuleType) -> list[ModuleType]:
    """A face that is one module, or the modules that it is made of."""
    inside = getattr(face, "__path__", None)
    return [face] if inside is None else [importlib.import_module(f"{face.__name__}.{part.name}") for part in iter_modules(inside)]
