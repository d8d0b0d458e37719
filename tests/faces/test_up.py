"""`comity up` for real: started, killed in every way there is, started again, and asked whether anything was lost."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.world.running import PROGRAM, Running, free_port, open_folder


@pytest.fixture(scope="module")
def house() -> Iterator[Running]:
    """One house for all tests of this file, stopped at the end."""
    with open_folder() as folder:
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
    said = house.refused("up", "--no-demo", "--port", str(free_port()))

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

    house.cluster.query(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '9999_from_the_future', now())", "comity"
    )
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
    password = house.cluster.kept_secret("database")
    elsewhere = house.environment | {
        "COMITY_DATABASE_URL": f"postgresql://comity:{password}@/elsewhere?host={house.cluster.socket}"
    }

    subprocess.run([*PROGRAM, "restore", str(backup)], env=elsewhere, check=True, capture_output=True)

    lines = "SELECT count(*) FROM trail_entry"
    assert house.cluster.query("SELECT n FROM kept_too", "elsewhere") == "7"
    assert house.cluster.query(lines, "elsewhere") == house.cluster.query(lines, "comity")


def test_an_interrupt_stops_everything(house: Running) -> None:
    house.kill(signal.SIGINT)

    assert house.process
    assert house.process.returncode == 0
    assert house.children("granian") == house.children("comity.config jobs") == []
    assert not house.cluster.is_ready()


def _postmaster(house: Running) -> int:
    return int((house.cluster.data / "postmaster.pid").read_text().split()[0])


def _until(true: Callable[[], object], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)
