"""`comity up`: the embedded database, the web server and the jobs on one machine, watched over by one process.

It may be killed at any moment. What the kernel does not end with it (the database) is found again at the next start;
a part that dies is started again; Ctrl-C stops everything.
"""

import argparse
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from comity.config.cluster import Cluster, NoDatabase
from comity.config.processes import die_with_parent, serving

PACKAGE = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
PATIENCE = 180.0
# Whatever these folders hold decides whether the data directory must be prepared again.
PREPARED_FROM = ("*/migrations/*", "*/static/**/*", "locale/**/*", "packs/**/*")
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ACCOUNTS = "admin, desk, menu, provider, poc-mda, poc-geo, poc-che, head-mda, poc-est, auditor"


def main(arguments: list[str]) -> int:
    """Start everything and stay until interrupted; the exit status is 0 after Ctrl-C."""
    wishes = _wishes(arguments)
    data = Path(os.environ.get("COMITY_DATA", ".comity")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        environment = _environment(data, wishes.port, demonstration=not wishes.no_demo)
        cluster = None if environment.get("COMITY_DATABASE_URL") else Cluster(data / "pg")
        house = House(data, environment, cluster, wishes.port)
        try:
            house.open()
            if not wishes.no_demo:
                _say(f"Demonstration accounts: {ACCOUNTS}. Password: {environment['COMITY_DEMO_PASSWORD']}")
            _say(f"Comity is ready at http://{LOOPBACK}:{wishes.port}/")
            house.watch()
        except KeyboardInterrupt:
            pass
        finally:
            house.close()
    return 0


class House:
    """The parts that run: database, web, jobs."""

    def __init__(self, data: Path, environment: Mapping[str, str], cluster: Cluster | None, port: int) -> None:
        self.data = data
        self.environment = environment
        self.cluster = cluster
        self.port = port
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.program = [sys.executable, "-m", "comity.config"]

    def open(self) -> None:
        """Start the parts in order, each when the one before it is ready."""
        for ending in ENDINGS:
            signal.signal(ending, _interrupt)
        if self.cluster:
            self.cluster.start()
            self.cluster.ensure_database()
        self._prepare()
        self._start("web")
        self._await_web()
        self._start("jobs")

    def watch(self) -> None:
        """Start again whatever dies, until interrupted."""
        while True:
            time.sleep(1)
            if self.cluster and not self.cluster.is_ready():
                self.cluster.start()
            for name, part in list(self.parts.items()):
                if part.poll() is not None:
                    sys.stderr.write(f"{name} ended with {part.returncode}; starting it again\n")
                    self._start(name)

    def close(self) -> None:
        """Stop the parts, the database last."""
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)
        for part in self.parts.values():
            part.terminate()
        for part in self.parts.values():
            try:
                part.wait(timeout=8)
            except subprocess.TimeoutExpired:
                part.kill()
        if self.cluster:
            self.cluster.stop()

    def _prepare(self) -> None:
        """Bring schema, static files, pack and demonstration up to this version, unless all that was done before."""
        mark = self.data / "prepared"
        print_of_now = _fingerprint(self.environment)
        if mark.exists() and mark.read_text() == print_of_now:
            return
        mark.unlink(missing_ok=True)
        _say("Preparing the data directory (the first time this takes a minute) …")
        done = subprocess.run([*self.program, "prepare"], env=dict(self.environment), preexec_fn=die_with_parent)
        if done.returncode:
            raise NoDatabase("The data directory could not be prepared; the message above says why.")
        mark.write_text(print_of_now)

    def _start(self, name: str) -> None:
        """Start one part; what it says goes to a log of its own."""
        log = (self.data / f"{name}.log").open("ab")
        command = serving(LOOPBACK, self.port) if name == "web" else [*self.program, name]
        self.parts[name] = subprocess.Popen(
            command, env=dict(self.environment), stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent
        )
        log.close()

    def _await_web(self) -> None:
        """Wait until the service says of itself that it can do its work."""
        deadline = time.monotonic() + PATIENCE
        while not _is_healthy(self.port):
            if self.parts["web"].poll() is not None or time.monotonic() > deadline:
                log = self.data / "web.log"
                sys.stderr.write("".join(log.read_text(errors="replace").splitlines(keepends=True)[-15:]))
                raise NoDatabase(f"The web server did not start; its log is {log}")
            time.sleep(0.05)


def _wishes(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="comity up", description="Everything on one machine, in one process group.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--no-demo", action="store_true", help="no demonstration: accounts and secrets are yours to give")
    return parser.parse_args(arguments)


def _environment(data: Path, port: int, *, demonstration: bool) -> dict[str, str]:
    """What the parts are told. The demonstration's secrets are drawn once for each data directory."""
    environment = dict(os.environ)
    environment |= {"COMITY_DATA": str(data), "COMITY_SUPERVISED": "yes", "PYTHONUNBUFFERED": "1"}
    mark = data / "demonstration"
    if demonstration:
        mark.touch()
        environment["COMITY_DEMONSTRATION"] = "yes"
        environment.setdefault("COMITY_DEMO_PASSWORD", Cluster(data / "pg").kept_secret("demonstration")[:16])
        environment["COMITY_ADDRESS"] = f"http://{LOOPBACK}:{port}"
    else:
        mark.unlink(missing_ok=True)
        environment["COMITY_DEMONSTRATION"] = "no"
    return environment


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the data directory; a second start beside the first is refused in words."""
    with (data / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NoDatabase(f"Comity already runs on {data}. Stop it with Ctrl-C where it runs, or set COMITY_DATA.") from None
        yield


def _fingerprint(environment: Mapping[str, str]) -> str:
    """A digest of everything that decides what a prepared data directory holds."""
    digest = hashlib.sha256()
    roots = (PACKAGE, PACKAGE.parent.parent / "packs")
    for root in roots:
        for pattern in PREPARED_FROM if root is PACKAGE else ("**/*",):
            for file in sorted(p for p in root.glob(pattern) if p.is_file() and p.suffix != ".pyc"):
                facts = file.stat()
                digest.update(f"{file}{facts.st_size}{facts.st_mtime_ns}".encode())
    for name in ("COMITY_DEMONSTRATION", "COMITY_DEMO_PASSWORD", "COMITY_DATABASE_URL"):
        digest.update(environment.get(name, "").encode())
    return digest.hexdigest()


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
