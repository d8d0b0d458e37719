"""How the web server is called, and what is asked of the kernel so that no part outlives the one that watches it."""

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, so that no orphan keeps the port or the jobs."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def serving(host: str, port: int, workers: int = 2) -> list[str]:
    """The command of the web server."""
    where = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    how = [
        "--blocking-threads",
        "2",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "3",
        "--no-ws",
        "--log-level",
        "warning",
    ]
    return [sys.executable, "-m", "granian", *where, *how, "comity.config.wsgi:application"]
