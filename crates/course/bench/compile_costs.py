"""Replay the compilation of a kernel's last cell, part by part."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

REPETITIONS = 5

EMPTY = """#[unsafe(no_mangle)]
pub extern "C" fn run_user_code_0(store: *mut u8) -> *mut u8 { store }
"""


@dataclass
class Costs:
    """Seconds; the least of several runs."""

    cargo: float
    rustc: float
    link: float
    floor: float


def costs_of(build: Path, kernel_environment: dict[str, str]) -> Costs | None:
    """Measure in the build folder of a kernel that is idle."""
    environment = kernel_environment | {
        "CARGO_TARGET_DIR": "target",
        "CARGO_BUILD_BUILD_DIR": "target",
        "RUSTFLAGS": "-Cprefer-dynamic",
    }
    target = next(p.name for p in build.glob("target/*-*") if p.is_dir())
    cargo = ["cargo", "--offline", "build", "--message-format=json", "--target", target]

    def least(command: list[str]) -> float:
        return min(seconds(command, build, environment) for _ in range(REPETITIONS))

    with (build / "src/lib.rs").open("a") as source:
        source.write("// Else cargo would have nothing to do.\n")
    told = subprocess.run(
        [*cargo, "-v"],
        check=False,
        cwd=build,
        env=environment,
        capture_output=True,
        text=True,
    )
    if told.returncode:  # the last cell was an error
        return None
    line = [s for s in told.stderr.splitlines() if "--crate-name ctx" in s][-1]
    rustc = shlex.split(line.partition("`")[2].rpartition("`")[0])
    with tempfile.TemporaryDirectory(dir=build) as out:
        rustc[rustc.index("--out-dir") + 1] = out
        unlinked = [a.replace("dep-info,link", "dep-info,obj") for a in rustc]
        empty = Path(out, "empty.rs")
        empty.write_text(EMPTY)
        alone = [str(empty) if a == "src/lib.rs" else a for a in rustc]
        without_link = least(unlinked)
        return Costs(
            cargo=least(cargo),
            rustc=without_link,
            link=max(least(rustc) - without_link, 0.0),
            floor=least(alone),
        )


def seconds(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    begun = monotonic()
    subprocess.run(
        command, cwd=folder, env=environment, check=True, capture_output=True
    )
    return monotonic() - begun
