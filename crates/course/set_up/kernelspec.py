"""The kernelspec `rust`: of the kernel, or of what stands in for it until it is built."""

from __future__ import annotations

import json
import os
from pathlib import Path

FILE = "{connection_file}"
PLACE = ".venv/share/jupyter/kernels/rust/kernel.json"


def install_stand_in(root: Path) -> None:
    """Write the kernelspec of the stand-in; that of the kernel will take its place."""
    python = str(root / ".venv/bin/python")
    package = str(Path(__file__).resolve().parent)
    spec = {
        "argv": [python, "-E", "-B", package, "--root", str(root), "wait", FILE],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
        "metadata": {"stand_in": True},
    }
    file = root / PLACE
    file.parent.mkdir(parents=True, exist_ok=True)
    # Whoever looks finds this one or the one before, never half a file.
    half = file.with_suffix(".new")
    half.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
    os.replace(half, file)


def command_of_kernel(root: Path, connection_file: Path) -> list[str] | None:
    """Return the command of the kernel, once it is built."""
    try:
        spec = json.loads((root / PLACE).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or one that is being written
        return None
    is_stand_in = spec.get("metadata", {}).get("stand_in")
    if is_stand_in or not Path(spec["argv"][0]).exists():  # Cargo is writing it anew
        return None
    return [word.format(connection_file=connection_file) for word in spec["argv"]]
