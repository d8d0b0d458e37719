"""How a measure is taken: in turn with its baseline, so that a machine that slows down slows both."""

import os
import re
import resource
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """One line of the table. Times are seconds; `ratio` is the median against the baseline's median of the same run."""

    name: str
    p50: float
    p95: float
    runs: int
    baseline: str = ""
    ratio: float | None = None
    queries: int | None = None
    note: str = ""

    def row(self) -> dict[str, object]:
        """What goes into the file of results."""
        return asdict(self)


def paired(
    name: str, act: Callable[[], object], baseline: str, other: Callable[[], object], *, runs: int = 60, warm: int = 5
) -> Measure:
    """Time an act and its baseline in turn, after some runs that do not count."""
    for _ in range(warm):
        act()
        other()
    times: list[float] = []
    others: list[float] = []
    for _ in range(runs):
        others.append(seconds(other))
        times.append(seconds(act))
    ratio = statistics.median(times) / statistics.median(others)
    return Measure(name, statistics.median(times), percentile(times, 95), runs, baseline, ratio)


def once(name: str, act: Callable[[], object], note: str = "") -> Measure:
    """Time an act that is too long or too lasting to repeat."""
    took = seconds(act)
    return Measure(name, took, took, 1, note=note)


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def percentile(times: list[float], share: int) -> float:
    """The time that a share of the runs stays under."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(len(ordered) * share / 100))]


def peak_of_children_mib() -> float:
    """The most memory that the largest process under this one has held, in MiB."""
    waiting, most = [os.getpid()], 0
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        with suppress(OSError):
            children = (process / "task" / process.name / "children").read_text("ascii").split()
            waiting += [int(child) for child in children]
            found = re.search(r"VmHWM:\s*(\d+)", (process / "status").read_text("ascii"))
            most = max(most, int(found[1]) if found and int(process.name) != os.getpid() else 0)
    return most / 1024


def peak_mib() -> float:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
