"""What every answer carries, and what the service refuses to start with."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from comity.accounts.rules import Role
from comity.config import guard
from comity.config.environment import Misconfigured
from comity.config.health import schema_state
from tests.house import discover
from tests.house.peopled import people_the_house
from tests.world import cast

STRICT = {
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'self'",
    "form-action 'self'", "frame-ancestors 'none'",
}  # fmt: skip


@pytest.mark.django_db
class TestHeaders:
    @pytest.mark.fault("F9", "F13")
    def test_every_page_is_guarded_and_kept_by_nobody(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("CRITICAL", logger="django.request")
        house = people_the_house()
        values = house.values(house.actor("boss"))
        wrong = []
        for who in ("", "boss"):
            client = Client(raise_request_exception=False)
            if who:
                client.force_login(house.users[who])
            for door in [*discover.pages(), *discover.operations()]:
                for address in door.addresses(values, most=1):
                    response = client.get(address)
                    if set(response.get("Content-Security-Policy", "").split("; ")) != STRICT:
                        wrong.append(f"{address}: {response.get('Content-Security-Policy')}")
                    kept = response.get("Cache-Control", "")
                    if "no-store" not in kept and not (who == "" and "public" in kept):
                        wrong.append(f"{address}: Cache-Control {kept}")
                    if "Cookie" not in response.get("Vary", ""):
                        wrong.append(f"{address}: Vary {response.get('Vary')}")
                    if response["X-Content-Type-Options"] != "nosniff" or response["X-Frame-Options"] != "DENY":
                        wrong.append(f"{address}: sniffed or framed")

        assert not wrong, "\n".join(wrong)

    def test_cookies_are_kept_from_scripts_and_other_sites(self, client: Client) -> None:
        cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND)
        client.get("/accounts/login/")
        client.post("/accounts/login/", {"login": "mara", "password": "maramara"})
        client.post("/preferences/", {"language": "fr", "theme": "dark"})

        assert set(client.cookies) >= {"sessionid", "csrftoken", "comity_language", "comity_theme"}
        assert all(
            cookie["httponly"] and cookie["samesite"] == "Lax" for name, cookie in client.cookies.items() if name != "messages"
        )

    @pytest.mark.fault("F10")
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example"])
    def test_another_host_is_rejected(self, client: Client, host: str) -> None:
        with override_settings(ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]"]):
            assert client.get("/accounts/login/", headers={"host": host}).status_code == 400

    @pytest.mark.fault("F13")
    def test_a_page_speaks_the_language_of_its_reader_only(self, client: Client) -> None:
        assert client.get("/accounts/login/", headers={"accept-language": "fr"})["Content-Language"] == "fr"
        assert "Accept-Language" in client.get("/accounts/login/")["Vary"]

    def test_a_form_from_elsewhere_is_told_in_words(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x", "password": "y"})

        assert answer.status_code == 403
        assert "Please try again" in answer.content.decode()


def started(tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Import the settings as a fresh process does."""
    code = "\n".join(
        (
            "from comity.config.environment import Misconfigured",
            "try: import comity.config.settings",
            "except Misconfigured as fault: print(fault)",
        )
    )
    environment = {"COMITY_DATA": str(tmp_path), "PATH": "/usr/bin:/bin", **given}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=discover.ROOT / "src")


@pytest.mark.fault("F12")
class TestSecrets:
    def test_without_a_secret_the_service_does_not_start_and_says_so_in_one_sentence(self, tmp_path: Path) -> None:
        told = started(tmp_path)

        assert told.stdout.startswith("Comity cannot start: COMITY_SECRET_KEY is not set")
        assert "export COMITY_SECRET_KEY=" in told.stdout
        assert told.stdout.count("\n") == 1
        assert told.stderr == ""

    def test_a_secret_of_a_demonstration_is_drawn_anew_for_each_data_directory(self, tmp_path: Path) -> None:
        secrets = set()
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            code = "import comity.config.settings as s; print(s.SECRET_KEY, s.ALLOWED_HOSTS)"
            environment = {"COMITY_DATA": str(tmp_path / name), "COMITY_DEMONSTRATION": "yes", "PATH": "/usr/bin:/bin"}
            told = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=discover.ROOT / "src"
            )
            assert "['127.0.0.1', 'localhost', '[::1]']" in told.stdout, told.stderr
            secrets.add(told.stdout)

        assert len(secrets) == 2

    def test_no_password_and_no_secret_is_written_in_the_source(self) -> None:
        assert not [p for p in discover.trees() if 'SECRET_KEY = "' in p.read_text("utf-8") or 'password="' in p.read_text("utf-8")]

    def test_debugging_is_never_on(self) -> None:
        assert settings.DEBUG is False


@pytest.mark.fault("F25")
@pytest.mark.django_db(transaction=True)
class TestSchema:
    @pytest.fixture
    def open_connection(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # The guard closes its connection before the workers start; the test goes on using it.
        monkeypatch.setattr(connection, "close", lambda: None)

    def test_with_its_own_schema_it_starts(self, open_connection: None) -> None:
        assert schema_state() == "current"
        guard.require_ready()

    @pytest.mark.parametrize(
        ("sql", "undo", "state", "command"),
        [
            (
                "DELETE FROM django_migrations WHERE app = 'trail' AND name = '0002_laws'",
                "INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '0002_laws', now())",
                "behind",
                "comity release",
            ),
            (
                "INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '0999_of_tomorrow', now())",
                "DELETE FROM django_migrations WHERE name = '0999_of_tomorrow'",
                "ahead",
                "make install",
            ),
        ],
    )
    def test_with_another_it_does_not_and_names_the_one_command(
        self, open_connection: None, client: Client, sql: str, undo: str, state: str, command: str
    ) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
            assert schema_state() == state
            with pytest.raises(Misconfigured) as refused:
                guard.require_ready()
            health = client.get("/health")
        finally:
            with connection.cursor() as cursor:
                cursor.execute(undo)

        assert str(refused.value).endswith(command)
        assert (health.status_code, health.json()["schema"]) == (503, state)
