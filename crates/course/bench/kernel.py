"""A kernel whose cells are timed: the course's or a stock one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from time import sleep, time

from course.bench.start import CELL_SECONDS, our_command, start


class Kernel:
    """A kernel under measurement; `ours` or stock."""

    def __init__(self, root: Path, ours: bool, temp: Path) -> None:
        environment = {}
        if ours:
            argv = our_command(root)
        else:
            argv = [stock_kernel(), "--control_file", "{connection_file}"]
            environment = {
                "EVCXR_TMPDIR": str(temp / "stock"),
                "EVCXR_CONFIG_DIR": str(temp / "no-configuration"),
            }
        self.begun = time()
        # Theirs says which of its dependencies it compiles; ours has none to compile.
        self.manager, self.client, self.ready = start(
            root, argv, temp, environment, quiet=not ours
        )
        self.pid = self.manager.provisioner.pid
        evcxr = next(p for p in family(self.pid) if program(p).startswith("evcxr"))
        variables = Path(f"/proc/{evcxr}/environ").read_text().split("\0")
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

    def wait_for_rest(self) -> None:
        """Wait until it has done what it does when nothing is asked of it for a moment."""
        sleep(1)
        self.client.execute_interactive("", silent=True, timeout=CELL_SECONDS)

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
        times = {path.name: path.stat().st_mtime for path in built}
        # What was copied at the start has one time, that of its copy.
        start = max(self.begun, min(times.values()))
        names = [name for name, time in times.items() if time > start]
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


def program(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text()


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
