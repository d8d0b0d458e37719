"""The environment, read once by typed functions that gather everything wrong before saying so in one message."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from comity.exchange.mail import NotAServer, is_sender, server_of


class Misconfigured(Exception):
    """The service cannot start; the message says why and the one command that mends it."""


@dataclass
class Environment:
    """A reader of named settings that remembers every fault it met."""

    values: Mapping[str, str] = field(default_factory=lambda: os.environ)
    faults: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; missing without a default is a fault."""
        value = self.values.get(name, default)
        if value is None:
            self.faults.append(f"{name} is not set")
        return value or ""

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or a no."""
        value = self.values.get(name, "yes" if default else "no").lower()
        if value not in {"1", "0", "yes", "no", "true", "false"}:
            self.faults.append(f"{name} must be yes or no, not “{value}”")
        return value in {"1", "yes", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.values.get(name, str(default))
        if not value.lstrip("-").isdigit():
            self.faults.append(f"{name} must be a whole number, not “{value}”")
            return default
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        """Several values, separated by commas."""
        return [w.strip() for w in self.values.get(name, default).split(",") if w.strip()]

    def folder(self, name: str, default: str) -> Path:
        """A folder, made absolute."""
        return Path(self.values.get(name, default)).expanduser().resolve()

    def smtp(self, server: str, sender: str) -> None:
        """A server for letters together with whom they come from."""
        try:
            server_of(self.values.get(server, ""))
        except NotAServer as fault:
            self.faults.append(f"{server} {fault}")
        if not is_sender(self.values.get(sender, "")):
            self.faults.append(f"{sender} must be the address that letters come from")

    def require_none_missing(self) -> None:
        """Stop with one readable message if anything was wrong.

        Raises:
            Misconfigured: something is missing or malformed.
        """
        if self.faults:
            raise Misconfigured(
                "Comity cannot start: "
                + "; ".join(self.faults)
                + ". Set what is named, for example: export "
                + self.faults[0].split()[0]
                + "=…"
            )


def database_from(address: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL address, `postgresql://user:password@host:port/name?sslmode=…`.

    A host that begins with a slash may also be given as `?host=/run/postgresql`.
    """
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }
