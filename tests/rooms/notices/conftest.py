"""A real server for letters on loopback that can be told how to behave, and a program that is called."""

import hmac
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class PostOffice:
    """What a server of letters was handed, and what it says next: answers at the end of a letter, or to a recipient."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    next_answers: list[str] = field(default_factory=list)
    of_recipients: dict[str, str] = field(default_factory=dict)
    dies: int = 0

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        """Say whether there is such a recipient."""
        if address in self.of_recipients:
            return self.of_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        """Take a letter, or say what was asked for; a server that dies has taken it and says nothing."""
        answer = self.next_answers.pop(0) if self.next_answers else "250 OK"
        if answer.startswith("2") or self.dies:
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.taken.append((envelope.rcpt_tos[0], letter))
        if self.dies:
            self.dies -= 1
            server.transport.abort()
        return answer

    def to(self, address: str) -> list[EmailMessage]:
        """The letters that one reader got."""
        return [letter for reader, letter in self.taken if reader == address]


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A server of letters, named in the settings."""
    here = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(here, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.MAIL_FROM = "Comity <desk@comity.example>"
    settings.PUBLIC_ADDRESS = "https://desk.example"
    yield here
    controller.stop()


@dataclass
class Program:
    """A program that is called: what it got, and which codes it answers with."""

    address: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def bodies(self) -> list[dict[str, Any]]:
        """What it was told."""
        return [json.loads(body) for _headers, body in self.got]

    def verifies(self, secret: str) -> bool:
        """Whether the last call was signed with a secret, as our page tells programs to check it."""
        headers, body = self.got[-1]
        parts = dict(part.split("=", 1) for part in headers["Comity-Signature"].split(","))
        told = hmac.new(secret.encode(), f"{parts['t']}.".encode() + body, sha256).hexdigest()
        return hmac.compare_digest(told, parts["v1"])


@pytest.fixture
def program(settings: Any) -> Iterator[Program]:
    """A program on loopback, which this installation may call."""
    settings.HOOKS_ON_LOOPBACK = True
    here = Program()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(here))
    here.address = f"http://127.0.0.1:{server.server_address[1]}/told?by=comity"
    Thread(target=server.serve_forever, daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


def _answering(here: Program) -> Callable[..., BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.got.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(here.codes.pop(0) if here.codes else 204)
            for name, value in here.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Answering
