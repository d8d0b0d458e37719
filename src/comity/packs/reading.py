"""Reading a pack from its directory: the rows of its files, each with its number, and the digest of it all."""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from comity.kernel.refusals import Refusal
from comity.kernel.words import _

SEPARATOR = "|"


class NoSuchPack(Refusal):
    """The directory holds no pack."""

    message = _("There is no pack in {directory}: it has no pack.yaml.")


class FileIsMissing(Refusal):
    """The pack names a file it does not hold."""

    message = _("The pack {pack} names the file {file}, which is not there.")


@dataclass(frozen=True)
class Row:
    """One row of a file: its number as an editor shows it, and its cells by column."""

    number: int
    cells: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.cells.get(column) or ""

    def words(self, column: str) -> list[str]:
        """The words of a cell, separated by blanks."""
        return str(self[column]).split()

    def parts(self, column: str) -> list[str]:
        """The parts of a cell, separated by a bar."""
        return [part.strip() for part in str(self[column]).split(SEPARATOR) if part.strip()]

    def says_yes(self, column: str) -> bool:
        """Whether a cell says yes."""
        return bool(self[column] == "yes")


@dataclass(frozen=True)
class Pack:
    """A pack as it lies in its directory."""

    directory: Path
    name: str
    title: str
    version: str
    licence: str
    organisation: str
    files: Mapping[str, str]
    digest: str
    rows: Mapping[str, tuple[Row, ...]] = field(repr=False)

    def of(self, name: str) -> tuple[Row, ...]:
        """The rows of one file; a pack without the file has none."""
        return self.rows.get(name, ())

    @cached_property
    def source_keys(self) -> dict[str, str]:
        """The key of a source by any way in which a row may name it: key, title or address."""
        keys = {row[column]: row["key"] for row in self.of("sources") for column in ("title", "address")}
        return keys | {row["key"]: row["key"] for row in self.of("sources")}


def read(directory: Path) -> Pack:
    """Read a pack.

    Raises:
        NoSuchPack: there is none.
        FileIsMissing: a file it names is not there.
    """
    about = directory / "pack.yaml"
    if not about.is_file():
        raise NoSuchPack(directory=str(directory))
    facts = yaml.safe_load(about.read_text("utf-8"))
    for file in facts["files"].values():
        if not (directory / file).is_file():
            raise FileIsMissing(pack=facts["name"], file=file)
    return Pack(
        directory=directory,
        name=facts["name"],
        title=facts["title"],
        version=str(facts["version"]),
        licence=facts["licence"],
        organisation=facts["organisation"],
        files=facts["files"],
        digest=digest_of(directory),
        rows={name: tuple(_rows(directory / file)) for name, file in facts["files"].items()},
    )


def digest_of(directory: Path) -> str:
    """The digest of everything a pack brings, the same wherever it lies."""
    whole = hashlib.sha256()
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        whole.update(f"{file.relative_to(directory)}\0".encode() + file.read_bytes() + b"\0")
    return whole.hexdigest()


def _rows(path: Path) -> Iterator[Row]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            for cells in reader:
                yield Row(reader.line_num, cells)
    else:
        for number, cells in enumerate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or (), start=1):
            yield Row(number, cells)
