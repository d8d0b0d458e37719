"""`comity up` for real: started, killed in every way there is, started again, and asked whether anything was lost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.config.cluster import Cluster

PROGRAM = [sys.executable, "-m", "comity.config"]


class Running:
    """A house that was started in a folder of its own, without the demonstration."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.cluster = Cluster(data / "pg")
        self.process: subprocess.Popen[str] | None = None
        self.environment = os.environ | {
            "COMITY_DATA": str(data),
            "COMITY_SECRET_KEY": "only-for-this-test-" + "x" * 40,
            "COMITY_ADDRESS": "http://127.0.0.1",
            "COMITY_HOSTS": "127.0.0.1",
        }
        self.environment.pop("COMITY_DEMONSTRATION", None)
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def start(self) -> str:
        """Start and wait for the line that says it is ready; that line."""
        command = [*PROGRAM, "up", "--no-demo", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        lines = iter(self.process.stdout.readline, "")
        ready = next((line for line in lines if line.startswith("Comity is ready")), "")
        assert ready, "it ended before it was ready"
        return ready

    def health(self) -> dict[str, object]:
        """What the service says of itself, once it answers."""
        for _attempt in range(400):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                    return json.loads(answer.read())
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the service never answered")

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """End the process that watches over the others."""
        assert self.process
        self.process.send_signal(signal_number)
        self.process.wait(timeout=30)

    def children(self, word: str) -> list[int]:
        """The processes of this house whose command line holds a word."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (place / "environ").read_bytes()
            except OSError:
                continue
            if word in command and f"COMITY_DATA={self.data}".encode() in environment:
                found.append(int(place.name))
        return sorted(found)

    def refused(self, *command: str, **environment: str) -> str:
        """What a command says when it refuses to start."""
        done = subprocess.run([*PROGRAM, *command], env=self.environment | environment, capture_output=True, text=True)
        assert done.returncode == 1
        return done.stderr.strip()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One house for all tests of this file, stopped at the end."""
    folder = tmp_path_factory.mktemp("house")
    for place in (folder, *folder.parents[:3]):
        place.chmod(0o755)
    running = Running(folder / "data")
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.kill(signal.SIGINT)
    running.cluster.stop()


def test_the_line_that_says_it_is_ready_names_the_address_and_health_agrees(house: Running) -> None:
    health = house.health()

    assert health["ok"] is True
    assert health["schema"] == "current"


def test_a_second_start_on_the_same_data_is_refused_in_words(house: Running) -> None:
    said = house.refused("up", "--no-demo", "--port", str(_free_port()))

    assert "already runs" in said


def test_a_killed_web_server_comes_back_and_leaves_no_orphan(house: Running) -> None:
    before = house.children("granian")

    os.kill(before[0], signal.SIGKILL)
    _until(lambda: house.children("granian") and not set(before) & set(house.children("granian")))

    assert house.health()["ok"] is True


def test_a_killed_database_comes_back_with_what_was_acknowledged(house: Running) -> None:
    house.cluster.query("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)", "comity")

    os.kill(_postmaster(house), signal.SIGKILL)
    _until(house.cluster.is_ready)

    assert house.cluster.query("SELECT count(*) FROM kept", "comity") == "1"
    assert house.health()["ok"] is True


def test_after_the_watcher_is_killed_nothing_serves_and_the_next_start_finds_everything(house: Running) -> None:
    house.kill()
    _until(lambda: not house.children("granian") and not house.children("comity.config jobs"))

    assert house.start().startswith("Comity is ready at http")
    assert house.health()["ok"] is True


@pytest.mark.fault("F25")
def test_web_and_jobs_refuse_to_start_on_another_schema_and_name_the_command_that_mends_it(house: Running) -> None:
    house.cluster.ensure_database("empty")
    empty = f"postgresql://comity:{house.cluster.kept_secret('database')}@/empty?host={house.cluster.socket}"

    for part in ("web", "jobs"):
        assert house.refused(part, COMITY_DATABASE_URL=empty) == (
            "The database is older than this program. Bring it up to date: comity release"
        )

    house.cluster.query("INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '9999_from_the_future', now())", "comity")
    try:
        assert "newer than this program" in house.refused("web")
    finally:
        house.cluster.query("DELETE FROM django_migrations WHERE name = '9999_from_the_future'", "comity")


@pytest.mark.fault("F12")
def test_without_its_secret_the_service_says_what_is_missing_in_one_sentence(house: Running) -> None:
    environment = {k: v for k, v in house.environment.items() if k != "COMITY_SECRET_KEY"}

    done = subprocess.run([*PROGRAM, "web"], env=environment, capture_output=True, text=True)

    assert done.returncode == 1
    assert "COMITY_SECRET_KEY is not set" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_unreachable_database_is_named_with_the_mend(house: Running) -> None:
    said = house.refused("web", COMITY_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert "cannot be reached" in said
    assert "COMITY_DATABASE_URL" in said
    assert len(said.splitlines()) == 1


@pytest.mark.fault("F25")
def test_a_backup_comes_back_whole(house: Running, tmp_path: Path) -> None:
    backup = tmp_path / "comity.backup"
    house.cluster.query("CREATE TABLE IF NOT EXISTS kept_too (n int); INSERT INTO kept_too VALUES (7)", "comity")
    subprocess.run([*PROGRAM, "backup", str(backup)], env=house.environment, check=True, capture_output=True)
    house.cluster.ensure_database("elsewhere")
    elsewhere = f"postgresql://comity:{house.cluster.kept_secret('database')}@/elsewhere?host={house.cluster.socket}"

    subprocess.run([*PROGRAM, "restore", str(backup)], env=house.environment | {"COMITY_DATABASE_URL": elsewhere}, check=True, capture_output=True)

    assert house.cluster.query("SELECT n FROM kept_too", "elsewhere") == "7"
    assert house.cluster.query("SELECT count(*) FROM trail_entry", "elsewhere") == house.cluster.query("SELECT count(*) FROM trail_entry", "comity")


def test_an_interrupt_stops_everything(house: Running) -> None:
    house.kill(signal.SIGINT)

    assert house.process
    assert house.process.returncode == 0
    assert house.children("granian") == house.children("comity.config jobs") == []
    assert not house.cluster.is_ready()


def _postmaster(house: Running) -> int:
    return int((house.cluster.data / "postmaster.pid").read_text().split()[0])


def _until(true: object, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
