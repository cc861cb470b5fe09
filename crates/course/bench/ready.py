"""How long a kernel takes to be ready: with a spare one, and beside Python's own."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from course.bench.start import CELL_SECONDS, our_command, start

PYTHON = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
SPARE = {"WARM_KERNEL_SPARE": "0.5"}


@dataclass
class Ready:
    """Seconds, of several starts."""

    spare: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)


def measure_ready(root: Path, times: int) -> Ready:
    """Start Python's kernels and some that find a spare one, by turns."""
    ready = Ready()
    if times == 0:
        return ready
    with tempfile.TemporaryDirectory(prefix="course-bench-", dir="/tmp") as name:
        temp = Path(name)
        kernel, client, alone = start(root, our_command(root), temp, SPARE)
        try:
            for _ in range(times):
                wait_for_a_spare(temp)
                # It gets ready in the time that one alone takes, or somewhat more.
                sleep(1.5 * alone)
                python, its_client, seconds = start(root, PYTHON, temp, {}, quiet=True)
                end(python, its_client)
                ready.python.append(seconds)
                end(kernel, client)
                kernel, client, seconds = start(root, our_command(root), temp, SPARE)
                ready.spare.append(seconds)
        finally:
            end(kernel, client)
    return ready


def wait_for_a_spare(temp: Path) -> None:
    begun = monotonic()
    while not list(temp.glob("warm-kernel-*/spare-*")):
        if monotonic() - begun > CELL_SECONDS:
            raise SystemExit("error: there is no spare kernel: is the memory full?")
        sleep(0.1)


def end(manager: KernelManager, client: BlockingKernelClient) -> None:
    client.stop_channels()
    manager.shutdown_kernel()
