"""A kernel is started, and timed until it has answered a first cell."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from time import monotonic
from uuid import uuid4

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

CELL_SECONDS = 300


def our_command(root: Path) -> list[str]:
    spec = root / ".venv/share/jupyter/kernels/rust/kernel.json"
    return json.loads(spec.read_text())["argv"]


def start(
    root: Path,
    argv: list[str],
    temp: Path,
    environment: dict[str, str],
    *,
    quiet: bool = False,
) -> tuple[KernelManager, BlockingKernelClient, float]:
    """Start a kernel as a notebook of the course would; return the seconds too."""
    manager = KernelManager(connection_file=str(temp / f"{uuid4().hex}.json"))
    manager._kernel_spec = KernelSpec(argv=argv, interrupt_mode="message")
    begun = monotonic()
    manager.start_kernel(
        cwd=str(root / "notebooks"),
        env={**os.environ, "TMPDIR": str(temp), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else None,
    )
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=CELL_SECONDS)
    # Ours answers at once; it is ready when a cell is done.
    client.execute_interactive("", silent=True, timeout=CELL_SECONDS)
    return manager, client, monotonic() - begun
