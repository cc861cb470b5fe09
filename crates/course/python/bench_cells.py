"""Measure how long the cells of the notebooks keep a learner waiting.

Each notebook runs on the course's kernel and on a stock one, one after the other. A
cell's own run time is taken off: it begins when evcxr gives the library that it has
compiled its name, and that moment is the library's change time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, time

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode

from compile_costs import Costs, costs_of
from notebook_files import find, read, replace_knobs
from runner import is_executed

CELL_SECONDS = 300


@dataclass
class Waits:
    """What one kernel needed for one notebook."""

    ready: float = 0.0
    cells: list[float] = field(default_factory=list)
    failed: int = 0
    megabytes: float = 0.0
    compiled: int = 0
    costs: Costs | None = None


class Kernel:
    """A kernel under measurement; `ours` or stock."""

    def __init__(self, root: Path, ours: bool, temp: Path) -> None:
        environment = dict(os.environ, TMPDIR=str(temp))
        self.manager = KernelManager(connection_file=str(temp / "connection.json"))
        if ours:
            spec = root / ".venv/share/jupyter/kernels/rust/kernel.json"
            argv = json.loads(spec.read_text())["argv"]
        else:
            argv = [stock_kernel(), "--control_file", "{connection_file}"]
            environment |= {
                "EVCXR_TMPDIR": str(temp / "stock"),
                "EVCXR_CONFIG_DIR": str(temp / "no-configuration"),
            }
        spec = KernelSpec(argv=argv, language="rust", interrupt_mode="message")
        self.manager._kernel_spec = spec
        begun, self.begun = monotonic(), time()
        self.manager.start_kernel(
            cwd=str(root / "notebooks"),
            env=environment,
            # Theirs says which of its dependencies it compiles; ours has none to compile.
            stdout=subprocess.DEVNULL,
            stderr=None if ours else subprocess.DEVNULL,
        )
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=CELL_SECONDS)
        self.ready = monotonic() - begun
        self.pid = self.manager.provisioner.pid
        variables = Path(f"/proc/{self.pid}/environ").read_text().split("\0")
        self.environment = dict(v.split("=", 1) for v in variables if "=" in v)
        self.build = Path(self.environment["EVCXR_TMPDIR"])

    def wait_for(self, code: str) -> tuple[float, bool]:
        """Run a cell; return how long it took without its own run time."""
        before, begun = self.library(), time()
        reply = self.client.execute_interactive(
            code, output_hook=lambda _: None, timeout=CELL_SECONDS
        )
        ended, after = time(), self.library()
        begins_to_run = after.stat().st_ctime if after != before else ended
        return min(ended, begins_to_run) - begun, reply["content"]["status"] == "ok"

    def library(self) -> Path:
        """Return the library that was compiled last."""
        libraries = self.build.glob("target/*/debug/libcode_*.so")
        return max(libraries, key=lambda path: int(path.stem.rpartition("_")[2]))

    def megabytes(self) -> float:
        """The memory of the kernel and of what it started, shared parts divided."""
        return sum(map(proportional_size, family(self.pid))) / 1024

    def compiled(self) -> int:
        """How many dependencies were compiled since the start."""
        built = self.build.glob("target/*/debug/deps/lib*")
        names = [p.name for p in built if p.stat().st_mtime > self.begun]
        return sum(not n.startswith(("libctx", "libcode_")) for n in names)

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def stock_kernel() -> str:
    cargo_home = os.environ.get("CARGO_HOME", Path.home() / ".cargo")
    found = shutil.which("evcxr_jupyter", path=f"{cargo_home}/bin:{os.environ['PATH']}")
    if not found:
        raise SystemExit("error: evcxr_jupyter is missing; run ./kernel-setup.sh")
    return found


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    below = [int(child) for path in children for child in path.read_text().split()]
    return [pid, *(member for child in below for member in family(child))]


def proportional_size(pid: int) -> int:
    """The size of a process in kilobytes; 0 if it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measure(root: Path, notebook: NotebookNode, ours: bool) -> Waits:
    with tempfile.TemporaryDirectory(prefix="course-bench-", dir="/tmp") as temp:
        kernel = Kernel(root, ours, Path(temp))
        try:
            waits = Waits(ready=kernel.ready)
            for cell in filter(is_executed, notebook.cells):
                seconds, succeeded = kernel.wait_for(cell.source)
                waits.cells.append(seconds)
                waits.failed += not succeeded
            waits.megabytes = kernel.megabytes()
            waits.compiled = kernel.compiled()
            if ours:
                waits.costs = costs_of(kernel.build, kernel.environment)
        finally:
            kernel.end()
    return waits


def report(pairs: list[tuple[Waits, Waits]]) -> None:
    """Print what was measured beside what is wanted."""
    ours, stock = zip(*pairs, strict=True)
    late = [[s for w in side for s in w.cells[1:]] for side in (ours, stock)]
    first = [max(w.cells[0] for w in ours), min(w.cells[0] for w in stock)]
    tail = [quantiles(side, n=20)[-1] for side in late]
    sums = [sum(sum(w.cells) for w in side) for side in (ours, stock)]
    print(f"\n{'':34}{'course':>9}{'stock':>9}{'ratio':>8}   wanted")
    row(
        "kernel ready, median",
        *(median(w.ready for w in s) for s in (ours, stock)),
        most=10,
        times=3,
    )
    row("first cell, the worst / the best", *first, most=0.6, times=0.05)
    row("median of the other cells", *map(median, late), most=0.5)
    row("95th percentile", *tail, most=1.3)
    row("sum over all notebooks", *sums, times=0.4)
    memory = [median(w.megabytes for w in s) for s in (ours, stock)]
    row("memory of a kernel, median", *memory, times=1.1, unit="MB")
    compiled = sum(w.compiled for w in ours)
    print(
        f"{'dependencies compiled':34}{compiled:9}{'':17}   0"
        + ("" if compiled == 0 else "   MISSED")
    )
    different = sum(a.failed != b.failed for a, b in pairs)
    if different:
        print(f"In {different} notebooks a different number of cells gave an error.")
    explain(median(late[0]), ours)


def row(what, course, stock, *, most=None, times=None, unit="s") -> None:
    ratio = course / stock
    missed = (most and course > most) or (times and ratio > times)
    wanted = [f"{most} {unit}"] if most else []
    wanted += [f"{times} of stock"] if times else []
    digits = 2 if unit == "s" else 0
    print(
        f"{what:34}{course:7.{digits}f} {unit}{stock:7.{digits}f} {unit}{ratio:8.3f}"
        f"   at most {', '.join(wanted)}" + ("   MISSED" if missed else "")
    )


def explain(cell: float, ours: tuple[Waits, ...]) -> None:
    """Print what a wait consists of, by replaying the last cell of each notebook."""
    known = [w for w in ours if w.costs]
    if not known:
        return
    cargo, rustc, link, floor = (
        median(getattr(w.costs, name) for w in known)
        for name in ("cargo", "rustc", "link", "floor")
    )
    last = median(w.cells[-1] for w in known)
    print(f"\nThe last cell of a notebook waits {last:.2f} s. Its parts:")
    for name, part in {
        "cargo looks whether anything changed": cargo,
        "rustc": rustc,
        "linking": link,
        "type inference, a second try": max(last - cargo - rustc - link, 0.0),
    }.items():
        print(f"  {name:38}{part:6.2f} s")
    print(
        f"The floor, rustc alone on an empty cell: {floor:.2f} s; "
        f"the median cell waits {cell / floor:.1f} times as long."
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="course bench cells", description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument(
        "notebooks",
        nargs="*",
        metavar="NOTEBOOK",
        help="number, name or path; default: all",
    )
    parser.add_argument("--scale", default="0.01", help="the knob TIME_SCALE")
    parser.add_argument(
        "--minutes",
        type=float,
        default=15,
        help="begin no further notebook after this time",
    )
    options = parser.parse_args()
    folder = options.root / "notebooks"
    notebooks = {p.stem: read(p) for p in find(folder, options.notebooks)}
    replace_knobs(notebooks.values(), {"TIME_SCALE": options.scale})
    pairs, begun = [], monotonic()
    for number, (name, notebook) in enumerate(notebooks.items()):
        if pairs and monotonic() - begun > 60 * options.minutes:
            print(
                f"{options.minutes} minutes are over: {number} notebooks of"
                f" {len(notebooks)} measured"
            )
            break
        pair = []
        for ours in (True, False):
            waits = measure(options.root, notebook, ours)
            pair.append(waits)
            print(
                f"{name:24}{'course' if ours else 'stock':8}"
                f"ready {waits.ready:5.2f} s   first cell {waits.cells[0]:6.2f} s   "
                f"{len(waits.cells)} cells {sum(waits.cells):6.2f} s",
                flush=True,
            )
        pairs.append(tuple(pair))
    report(pairs)


if __name__ == "__main__":
    main()
