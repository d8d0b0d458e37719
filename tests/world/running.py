"""The product as a stranger runs it: `comity up` in a folder of its own, for tests that need the whole house."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.config.cluster import Cluster

PASSWORD = "a password for the demonstration"
PROGRAM = [sys.executable, "-m", "comity.config"]


class Running:
    """A house in a folder of its own, with or without the demonstration."""

    def __init__(self, data: Path, *, demonstration: bool = False) -> None:
        self.data = data
        self.port = free_port()
        self.demonstration = demonstration
        self.cluster = Cluster(data / "pg")
        self.process: subprocess.Popen[str] | None = None
        self.environment = os.environ | {
            "COMITY_DATA": str(data),
            "COMITY_SECRET_KEY": "only-for-this-test-" + "x" * 40,
            "COMITY_SEALING_KEY": "only-for-this-test-" + "y" * 40,
            "COMITY_ADDRESS": "http://127.0.0.1",
            "COMITY_HOSTS": "127.0.0.1",
        }
        for of_the_tests in ("COMITY_DEMONSTRATION", "DJANGO_SETTINGS_MODULE"):
            self.environment.pop(of_the_tests, None)
        if demonstration:
            self.environment["COMITY_DEMO_PASSWORD"] = PASSWORD

    def start(self) -> str:
        """Start and wait for the line that says it is ready; that line."""
        command = [*PROGRAM, "up", *([] if self.demonstration else ["--no-demo"]), "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        lines = iter(self.process.stdout.readline, "")
        ready = next((line for line in lines if line.startswith("Comity is ready")), "")
        assert ready, "it ended before it was ready"
        return ready

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

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


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder the database's own user may enter; the folders of the test runner are closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="comity-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_stage(run: str) -> Iterator[str]:
    """The address of one house with its demonstration for all workers of a run.

    Whoever comes first starts it, and stops it when the others have left.
    """
    desk = Path(tempfile.gettempdir()) / f"comity-stage-{run}"
    desk.mkdir(mode=0o755, exist_ok=True)
    address, own = desk / "address", None
    with (desk / "in-use").open("w") as use:
        with (desk / "starting").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if not address.exists():
                own = Running(desk / "data", demonstration=True)
                own.start()
                address.write_text(own.address)
            fcntl.flock(use, fcntl.LOCK_SH)
        yield address.read_text()
        fcntl.flock(use, fcntl.LOCK_UN)
        if own:
            fcntl.flock(use, fcntl.LOCK_EX)
            own.kill(signal.SIGINT)
            own.cluster.stop()
            shutil.rmtree(desk, ignore_errors=True)
