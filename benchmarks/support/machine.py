"""The machine measured on, and what processes cost it."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int, *, with_dead_children: bool = False) -> float:
    """User and system time of a process with all its threads; 0 when it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    wanted = words[11:15] if with_dead_children else words[11:13]
    return sum(map(int, wanted)) / _TICKS


def family_cpu_seconds(pid: int) -> float:
    """A server that forks, its children, and those that ended: PostgreSQL."""
    total = cpu_seconds(pid, with_dead_children=True)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(folder) == pid:
            total += cpu_seconds(int(folder.name))
    return total


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def memory_bytes(pid: int) -> int:
    """Resident memory that the process does not share."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(fields[name].split()[0]) * 1024 for name in ("Private_Clean", "Private_Dirty"))


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and tail."""
    if not milliseconds:
        return {}
    ordered = sorted(milliseconds)
    at = {name: ordered[min(len(ordered) - 1, int(part * len(ordered)))] for name, part in
          (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}  # fmt: skip
    return {name: round(value, 1) for name, value in at.items()} | {"mean": round(statistics.fmean(ordered), 1)}


def idle_share(before: Sequence[int], after: Sequence[int]) -> float:
    """How much of the machine nobody used between two readings of `processor_times`."""
    passed = [later - earlier for earlier, later in zip(before, after, strict=True)]
    return round((passed[3] + passed[4]) / max(1, sum(passed)), 2)


def processor_times() -> list[int]:
    with Path("/proc/stat").open() as file:
        return [int(word) for word in file.readline().split()[1:9]]


def description() -> Mapping[str, object]:
    """What figures are worth nothing without."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())  # fmt: skip
    return {"cores": os.cpu_count(), "processor": model, "python": platform.python_version()}
