"""Hard times: a machine with little to give, made for one command."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from course.tests.waiting import wait_for

GROUPS = Path("/sys/fs/cgroup")
PERIOD = 100_000
BUSY = "while True: pass"
# What stands before a command, to run it under a condition.
Prefix = list[str]
JOIN = 'echo $$ >"$0" && exec "$@"'


@contextlib.contextmanager
def stress() -> Iterator[Prefix]:
    """Keep every core busy with a process of somebody else."""
    command = [sys.executable, "-S", "-c", BUSY]
    cores = len(os.sched_getaffinity(0))
    # In a session of its own: else it would count as the work of this one.
    busy = [subprocess.Popen(command, start_new_session=True) for _ in range(cores)]
    try:
        yield []
    finally:
        for process in busy:
            process.kill()
            process.wait()


@contextlib.contextmanager
def one_core() -> Iterator[Prefix]:
    """Allow one core, as `taskset -c 0` does."""
    first = min(os.sched_getaffinity(0))
    yield ["taskset", "-c", str(first)]


@contextlib.contextmanager
def quota(cpus: float) -> Iterator[Prefix]:
    """Allow the time of so many CPUs, as a container does."""
    limits = {
        "cpu.cfs_period_us": PERIOD,
        "cpu.cfs_quota_us": round(cpus * PERIOD),
    }
    with group("cpu", limits) as join:
        yield join


@contextlib.contextmanager
def memory(most: int) -> Iterator[Prefix]:
    """Allow so many bytes."""
    with group("memory", {"memory.limit_in_bytes": most}) as join:
        yield join


@contextlib.contextmanager
def group(controller: str, limits: dict[str, int]) -> Iterator[Prefix]:
    """Make a control group that a process may join."""
    folder = GROUPS / controller / f"course-hard-{os.getpid()}"
    folder.mkdir()
    try:
        for name, value in limits.items():
            (folder / name).write_text(str(value))
        yield ["sh", "-c", JOIN, str(folder / "cgroup.procs")]
    finally:
        # A kernel ends some seconds behind its notebook; one that stays is a failure.
        wait_for(f"the processes in {folder} to end", lambda: removed(folder))


def removed(folder: Path) -> bool:
    with contextlib.suppress(OSError):  # there is a process in it
        folder.rmdir()
    return not folder.exists()


def missing(controller: str) -> str | None:
    """Say what this machine lacks for a control group, if anything."""
    procs = GROUPS / controller / "cgroup.procs"
    if os.access(procs, os.W_OK):
        return None
    return (
        f"{procs} cannot be written to: it takes root, and control groups of version 1"
    )
