"""One message handed to an SMTP server, and what became of it: taken, come back later, never, or nobody can say.

Between the last byte of a message and the answer to it lies the one moment in which a broken line leaves both possible. It
is told apart from every other fault, so that nobody sends a message again that may have arrived.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 30.0
MOST_WORDS = 400


class NotAServer(ValueError):
    """The address of a server that cannot be one; says why, never the password."""


class Fate(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """What became of a message, with the code and the words of the server."""

    fate: Fate
    code: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Server:
    """Where messages are handed in, and how."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(address: str) -> Server:
    """The server of an address: `smtp://`, `starttls://` or `smtps://`, `user:password@host:port`.

    Raises:
        NotAServer: the address is none, or would send a password unsealed over a network.
    """
    parts = urlsplit(address)
    try:
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        port = 0
    if parts.scheme not in PORTS or not parts.hostname or not port:
        raise NotAServer("must be smtp://, starttls:// or smtps:// with a host")
    if parts.username and parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        raise NotAServer("would send the password for all to read: use starttls:// or smtps://")
    return Server(parts.scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))


def is_sender(address: str) -> bool:
    """Whether letters may come from an address: `Comity <desk@example.org>`, or the address alone."""
    mailbox = parseaddr(address)[1]
    return address.isascii() and address.isprintable() and "@" in mailbox and not mailbox.startswith("@")


class Post:
    """A line to a server for as many messages as there are; opened by the first, and again after a fault."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._hang_up()

    def send(self, source: bytes, *, sender: str, to: str) -> Outcome:
        """Hand in one message for one reader, and wait for the answer."""
        try:
            line = self._line = self._line or self._opened()
            for code, words in (_asked(line.mail, parseaddr(sender)[1]), _asked(line.rcpt, to)):
                if not 200 <= code < 300:
                    _asked(line.rset)
                    return _told(code, words)
        except (UnicodeEncodeError, ValueError):
            return Outcome(Fate.NEVER, None, "the address cannot be sent to a server")
        except smtplib.SMTPResponseException as refusal:
            self._hang_up()
            return Outcome(Fate.LATER, refusal.smtp_code, _words(refusal.smtp_error))
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            return Outcome(Fate.LATER, None, _words(f"{type(fault).__name__}: {fault}"))
        return self._handed_in(line, source)

    def _handed_in(self, line: smtplib.SMTP, source: bytes) -> Outcome:
        """The message itself: what breaks from here on leaves open whether it arrived."""
        try:
            return _told(*line.data(source))
        except smtplib.SMTPDataError as refusal:
            return _told(refusal.smtp_code, refusal.smtp_error)
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            return Outcome(Fate.UNKNOWN, None, _words(f"{type(fault).__name__}: {fault}"))

    def _opened(self) -> smtplib.SMTP:
        server, sealed = self.server, ssl.create_default_context()
        line: smtplib.SMTP
        if server.scheme == "smtps":
            line = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=sealed)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
        try:
            if server.scheme == "starttls":
                line.starttls(context=sealed)
            line.ehlo_or_helo_if_needed()
            if server.user:
                line.login(server.user, server.password)
        except BaseException:
            line.close()
            raise
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
            line.close()


def _asked(ask: object, *given: str) -> tuple[int, bytes]:
    """The answer to one command."""
    code, words = ask(*given)  # type: ignore[operator]
    return code, words


def _told(code: int, words: bytes | str) -> Outcome:
    fate = Fate.TAKEN if 200 <= code < 300 else Fate.LATER if 400 <= code < 500 else Fate.NEVER
    return Outcome(fate, code, _words(words))


def _words(told: bytes | str) -> str:
    """What a server says, short, without control characters."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return "".join(c if c.isprintable() else " " for c in text)[:MOST_WORDS]
