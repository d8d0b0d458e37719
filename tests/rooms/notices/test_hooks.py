"""Hooks against a real program on loopback: signed, tried again with growing pauses, never into our own network."""

import ipaddress
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.exchange import calling
from comity.exchange.calling import NotToBeCalled, call, is_public, looked_up, read
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, NotPermitted
from comity.kernel.words import Name, Sentence
from comity.notices import queries
from comity.notices.acts import calls, dialling, hooks, notices
from comity.notices.jobs import THE_POST
from comity.notices.models import Call, Hook, Notice
from tests.rooms.notices.conftest import Program
from tests.world.cast import ADMINISTRATOR, ARCADIA_CONTACT, LAKE_CONTACT, LAKELAND, MERIDIA, MERIDIA_CONTACT, THE_SYSTEM, person

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def dial(moment: datetime = NOON) -> int:
    return dialling.dial(by=THE_POST, clock=at(moment))


def made(program: Program, *, topics: tuple[str, ...] = ("rounds",), by: Actor = LAKE_CONTACT) -> tuple[Hook, str]:
    return hooks.make("Our calendar", address=program.address, topics=topics, by=by, at=NOON)


def tell(key: str = "round:1", topic: str = "rounds", **given: Any) -> int:
    sentence = Sentence("{party}: until {at}", {"party": Name("Lakeland", "Lacustrie"), "at": NOON})
    return notices.tell(topic, key, sentence, **{"party": LAKELAND, "by": THE_SYSTEM, "at": NOON, "link": "/rounds/1/"} | given)


@pytest.fixture
def lakers(db: None) -> dict[str, User]:
    return {
        "poc": person("poc-xla", Role.POINT_OF_CONTACT, of=LAKELAND),
        "head": person("head-xla", Role.HEAD_OF_DELEGATION, of=LAKELAND),
        "meridian": person("poc-xme", Role.POINT_OF_CONTACT, of=MERIDIA),
    }


class TestMaking:
    def test_the_secret_is_told_once_and_kept_sealed(self, program: Program, lakers: dict[str, User]) -> None:
        hook, secret = made(program)

        assert hooks.secret_of(Hook.objects.get()) == secret
        assert secret.encode() not in bytes(hook.secret)
        assert hook.party_id == LAKELAND

    @pytest.mark.fault("F10")
    @pytest.mark.parametrize(
        "address",
        [
            "http://example.org/", "https://", "ftp://example.org/", "file:///etc/passwd", "https://me:secret@example.org/",
            "https://exa mple.org/", "https://example.org/\r\nHost: x", "https://example.org:0/", "https://[::1", "rounds",
            "http://127.0.0.2/", "http://localhost.example/", "https://exämple.org/",
        ],
    )  # fmt: skip
    def test_only_an_address_of_the_open_web_is_taken(self, lakers: dict[str, User], address: str, settings: Any) -> None:
        settings.HOOKS_ON_LOOPBACK = True
        with pytest.raises(hooks.NotAnAddressToCall):
            hooks.make("x", address=address, topics=["rounds"], by=LAKE_CONTACT, at=NOON)

    def test_a_hook_has_a_name_a_topic_and_an_address_of_its_own(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)
        with pytest.raises(hooks.HookIsThereAlready):
            made(program)
        with pytest.raises(hooks.NothingToTell):
            hooks.make(" ", address="https://example.org/", topics=["rounds"], by=LAKE_CONTACT, at=NOON)
        with pytest.raises(hooks.NothingToTell):
            made(program, topics=("weather",))
        for number in range(hooks.MOST - 1):
            hooks.make("x", address=f"https://example.org/{number}", topics=["rounds"], by=LAKE_CONTACT, at=NOON)
        with pytest.raises(hooks.TooManyHooks):
            hooks.make("x", address="https://example.org/more", topics=["rounds"], by=LAKE_CONTACT, at=NOON)

    @pytest.mark.fault("F3")
    @pytest.mark.fault("F7")
    def test_it_is_kept_by_those_who_may_for_their_own_party(self, program: Program, lakers: dict[str, User]) -> None:
        hook, _secret = made(program)

        for other in (MERIDIA_CONTACT, ARCADIA_CONTACT, ADMINISTRATOR, Actor()):
            assert not queries.hooks(seen_by=other).exists()
            with pytest.raises(NotFound):
                queries.hook(hook.pk, seen_by=other)
            for act in (hooks.turn_off, hooks.turn_on, hooks.remove, hooks.try_out):
                with pytest.raises(NotPermitted):
                    act(hook, by=other, at=NOON)
        head = Actor(login="head-xla", party=LAKELAND, role=Role.HEAD_OF_DELEGATION)
        with pytest.raises(NotPermitted):
            made(program, by=head)
        with pytest.raises(NotPermitted):
            made(program, by=Actor(login="x", permissions=LAKE_CONTACT.permissions))

    def test_it_is_turned_off_and_on_and_removed(self, program: Program, lakers: dict[str, User]) -> None:
        hook, _secret = made(program)
        hooks.turn_off(hook, by=LAKE_CONTACT, at=NOON)
        assert tell() == 2
        hooks.turn_on(hook, by=LAKE_CONTACT, at=NOON)
        tell("2")
        dial()
        hooks.remove(hook, by=LAKE_CONTACT, at=NOON)

        assert [body["id"] for body in program.bodies()] == ["2"]
        assert not Call.objects.exists()


@pytest.mark.fault("F26")
class TestCalls:
    def test_a_program_is_told_what_its_party_is_told_signed_and_once(self, program: Program, lakers: dict[str, User]) -> None:
        _hook, secret = made(program)
        tell(about=LAKELAND, due_on=NOON.date())
        tell()

        assert (dial(), dial()) == (1, 0)
        assert program.verifies(secret)
        assert not program.verifies(secret + "x")
        assert program.got[0][0]["Comity-Id"] == "round:1"
        assert program.bodies() == [
            {
                "id": "round:1",
                "topic": "rounds",
                "party": LAKELAND,
                "about": LAKELAND,
                "due_on": "2026-11-20",
                "told_at": "2026-11-20T12:00:00+00:00",
                "link": "http://127.0.0.1:8000/rounds/1/",
                "sentence": {
                    "en": "Lakeland: until 20 November 2026, 12:00 (UTC)",
                    "fr": "Lacustrie: until 20 novembre 2026, 12:00 (UTC)",
                },
            }
        ]
        assert (Call.objects.get().state, Call.objects.get().code) == ("taken", 204)

    @pytest.mark.fault("F3")
    def test_nothing_goes_there_that_those_who_keep_it_are_not_told(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)

        tell("other topic", topic="texts")
        tell("other party", party=MERIDIA)
        tell("the head alone", roles=[Role.HEAD_OF_DELEGATION])
        tell("one person", party=None, to=[lakers["poc"]])

        assert Notice.objects.count() == 5
        assert not Call.objects.exists()

    @pytest.mark.fault("F6")
    def test_once_nobody_speaks_for_the_party_its_programs_hear_nothing(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)
        User.objects.filter(login="poc-xla").update(is_active=False)

        assert tell() == 1
        assert not Call.objects.exists()

    def test_a_program_that_fails_is_tried_again_with_growing_pauses(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)
        program.codes = [500, 404]
        tell()
        dial()
        waiting = Call.objects.get()
        assert (waiting.state, waiting.code, waiting.next_at) == ("waiting", 500, NOON + timedelta(minutes=1))
        assert dial(NOON + timedelta(seconds=59)) == 0
        dial(NOON + timedelta(minutes=1))
        assert Call.objects.get().next_at == NOON + timedelta(minutes=6)
        dial(NOON + timedelta(minutes=6))

        assert (Call.objects.get().state, Call.objects.get().tries, len(program.got)) == ("taken", 3, 3)
        assert {body for _headers, body in program.got} == {program.got[0][1]}
        assert len({headers["Comity-Signature"] for headers, _body in program.got}) == 3

    def test_after_the_last_pause_it_is_turned_off_and_its_keepers_are_told(
        self, program: Program, lakers: dict[str, User]
    ) -> None:
        made(program)
        program.codes = [503] * 20
        tell()
        moment = NOON
        for _ in range(12):
            dial(moment)
            moment = Call.objects.get(key="round:1").next_at or moment

        hook = Hook.objects.get()
        assert (len(program.got), hook.is_active, hook.off_reason) == (8, False, "503")
        assert Call.objects.get().state == "given_up"
        told = Notice.objects.filter(topic="hooks")
        assert [notice.recipient.login for notice in told] == ["poc-xla"]
        assert moment - NOON > timedelta(days=1)
        with pytest.raises(hooks.HookIsOff):
            hooks.try_out(hook, by=LAKE_CONTACT, at=moment)
        claimed = Call.objects.get()
        hooks.give_up(claimed, by=THE_POST, at=moment)
        assert told.count() == 1

    def test_one_silent_program_does_not_keep_the_others_waiting(self, program: Program, lakers: dict[str, User]) -> None:
        silent, _secret = hooks.make("Gone", address="http://127.0.0.1:1/", topics=["rounds"], by=LAKE_CONTACT, at=NOON)
        made(program)
        for number in range(3):
            tell(str(number))

        dial()

        assert len(program.got) == 3
        assert sorted(Call.objects.filter(hook=silent).values_list("tries", flat=True)) == [0, 0, 1]

    def test_a_caller_that_died_is_followed_by_another(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)
        tell()
        claimed = calls.claim(by=THE_POST, at=NOON)
        assert claimed is not None

        assert dial(NOON + timedelta(minutes=1)) == 0
        assert dial(NOON + timedelta(minutes=3)) == 1
        assert calls.settle(claimed, calling.Answer(500), by=THE_POST, at=NOON) is False
        assert Call.objects.get().state == "taken"

    def test_trying_it_out_tells_nothing(self, program: Program, lakers: dict[str, User]) -> None:
        hook, secret = made(program)
        hooks.try_out(hook, by=LAKE_CONTACT, at=NOON)

        assert dial() == 1
        assert program.verifies(secret)
        assert set(program.bodies()[0]) == {"id", "topic", "party", "told_at"}

    def test_a_secret_no_key_opens_is_a_failure_told(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)
        Hook.objects.update(secret=b"x" * 60)
        tell()
        dial()

        assert "secret" in Call.objects.get().reason
        assert program.got == []

    def test_calls_are_forgotten_after_three_months(self, program: Program, lakers: dict[str, User]) -> None:
        made(program)
        tell()

        assert (calls.forget(at=NOON + timedelta(days=89)), calls.forget(at=NOON + timedelta(days=90))) == (0, 1)


@pytest.mark.fault("F10")
class TestTheGuard:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
            "224.0.0.1", "240.0.0.1", "::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
            "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1", "::127.0.0.1", "2001:db8::1", "192.0.2.1",
        ],
    )  # fmt: skip
    def test_an_address_that_is_not_public_is_not_called(self, address: str) -> None:
        assert not is_public(ipaddress.ip_address(address))
        host = f"[{address}]" if ":" in address else address
        assert call(f"https://{host}/", b"", {}).words == "not a public address"

    @pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001:801::200e", "::ffff:8.8.8.8"])
    def test_a_public_address_may_be(self, address: str) -> None:
        assert is_public(ipaddress.ip_address(address))

    def test_a_name_with_one_private_address_among_others_is_not_called(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [(0, 0, 0, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
        monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_given, **_named: rows)

        with pytest.raises(NotToBeCalled, match="not a public address"):
            looked_up("both.example", 443)

    def test_a_name_that_is_none_is_not_called(self) -> None:
        with pytest.raises(NotToBeCalled, match="no such host"):
            looked_up("a" * 300 + ".invalid", 443)

    def test_loopback_is_called_only_where_a_setting_says_so(self, program: Program) -> None:
        assert call(program.address, b"{}", {}).words == "not https"
        assert call(program.address, b"{}", {}, loopback=True).is_taken
        assert call("https://localhost:1/", b"{}", {}).words == "not a public address"
        assert read("http://127.0.0.1/x", loopback=True).path == "/x"

    def test_no_redirect_is_followed(self, program: Program) -> None:
        program.codes, program.headers = [302], {"Location": "http://169.254.169.254/"}
        answer = call(program.address, b"{}", {}, loopback=True)

        assert (answer.code, answer.is_taken, len(program.got)) == (302, False, 1)

    def test_whoever_answers_drop_by_drop_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Dripping(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                for _ in range(100):
                    try:
                        self.wfile.write(b"H")
                        self.wfile.flush()
                    except OSError:
                        return
                    stopped.wait(0.05)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        stopped = Event()
        server = HTTPServer(("127.0.0.1", 0), Dripping)
        Thread(target=server.serve_forever, daemon=True).start()

        answer = call(f"http://127.0.0.1:{server.server_address[1]}/", b"{}", {}, loopback=True, patience=0.4)

        stopped.set()
        server.shutdown()
        server.server_close()
        assert answer.code is None

    def test_the_certificate_must_be_the_hosts(self, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        server, certificate = _sealed_server(program, tmp_path, "localhost")
        address = f"https://localhost:{server.server_address[1]}/"

        unknown = call(address, b"{}", {}, loopback=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        known = call(address, json.dumps({"a": 1}).encode(), {"Content-Type": "application/json"}, loopback=True)
        other = call(address.replace("localhost", "127.0.0.1"), b"{}", {}, loopback=True)

        server.shutdown()
        server.server_close()
        assert (unknown.code, known.code, other.code) == (None, 204, None)
        assert "certificate" in unknown.words.lower()
        assert "mismatch" in other.words or "not valid" in other.words


def _sealed_server(program: Program, folder: Path, name: str) -> tuple[HTTPServer, Path]:
    """A program behind TLS with a certificate for one name, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    sealing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sealing.load_cert_chain(certificate, secret)

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            program.got.append((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Quiet(HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that does not trust us is no fault of ours."""

    server = Quiet(("127.0.0.1", 0), Answering)
    server.socket = sealing.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    return server, certificate
