"""One line, green or red: whether the course can begin on this machine."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import monotonic

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from course.set_up import kernelspec, progress

SET_UP = "Run ./kernel-setup.sh"
# From the start of this program: with what comes before and behind, the answer is there in ten.
PATIENCE = 9.0
LEAST_FREE = 1e9
GREEN, RED, PLAIN = "\033[32m", "\033[31m", "\033[0m"
FIRST_CELL = r"""
{
    let machine = notebook::Machine::read();
    println!(
        r#"{{"cores": {}, "memory": {}, "free": {}, "rust": "{}"}}"#,
        machine.cores, machine.memory.unwrap_or(0), machine.memory_available.unwrap_or(0),
        machine.rust.unwrap_or_default()
    );
}
"""
# Best of three, by turns: what comes between does not hit all of them.
SECOND_CELL = r"""
{
    let seconds = |threads: u32| {
        let begun = std::time::Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| std::hint::black_box(notebook::fib(std::hint::black_box(35))));
            }
        });
        begun.elapsed().as_secs_f64()
    };
    let (mut one, mut two) = (f64::MAX, f64::MAX);
    for _ in 0..3 {
        one = one.min(seconds(1));
        two = two.min(seconds(2));
    }
    println!("{}", 2.0 * one / two);
}
"""


class NotReady(Exception):
    """Why, and the cure."""


@dataclass
class Seen:
    """What the kernel gave."""

    ready: float
    cell: float
    machine: dict
    # None if the time is over by then: the course can begin all the same.
    speed_up: float | None


def main(root: Path, evcxr: str | None, begun: float) -> int:
    """Print the line, in time for who asked at `begun`; 0 if it is green."""
    try:
        seen = look(root, begun + PATIENCE)
    except NotReady as reason:
        words = f"{reason} ({versions(root, evcxr)})"
        print(colored(RED, "NOT READY", words))
        return 1
    print(
        colored(GREEN, "READY", f"{versions(root, evcxr, seen.machine)}; {told(seen)}")
    )
    return 0


def look(root: Path, end: float) -> Seen:
    """Try what a learner will do."""
    state = root / "target" / "setup"
    if (doing := progress.look(state)) and progress.goes_on(state):
        raise NotReady(f"The set-up still goes on: {doing}. Ask again later")
    command = kernelspec.command_of_kernel(root, Path("{connection_file}"))
    if not command:
        raise NotReady(f"The Rust kernel is not built. {SET_UP}")
    seen = measure(root, command, end)
    if 0 < seen.machine["free"] < LEAST_FREE:
        free = gigabytes(seen.machine["free"])
        raise NotReady(f"Only {free} of memory are free. Close other programs")
    return seen


def measure(root: Path, command: list[str], end: float) -> Seen:
    """Start a kernel and time a cell in it, and two threads."""
    with tempfile.TemporaryFile("w+") as log, started(root, command, log) as client:
        begun = monotonic()
        try:
            client.wait_for_ready(timeout=end - monotonic())
            run(client, "", end)
            ready = monotonic() - begun
            begun = monotonic()
            machine = json.loads(run(client, FIRST_CELL, end))
            cell = monotonic() - begun
            return Seen(ready, cell, machine, speed_up(client, end))
        except (RuntimeError, TimeoutError, ValueError):
            log.seek(0)
            raise NotReady(why(log.read())) from None


def speed_up(client, end: float) -> float | None:
    try:
        return float(run(client, SECOND_CELL, end))
    except TimeoutError:
        return None


def why(said: str) -> str:
    """Return what a kernel that did not answer in time has said of itself."""
    lines = [line.strip() for line in said.splitlines()]
    starts = ("This kernel", "error:")
    found = next((line for line in lines if line.startswith(starts)), "")
    if found:
        return found if SET_UP[4:] in found else f"{found.rstrip('.')}. {SET_UP}"
    return (
        f"The Rust kernel gave no answer in {PATIENCE:.0f} s. Close what keeps the"
        " machine busy, and ask again"
    )


@contextmanager
def started(root: Path, command: list[str], log):
    """Start the kernel as a notebook would, and end it."""
    with tempfile.TemporaryDirectory(prefix="course-ready-") as folder:
        manager = KernelManager(connection_file=f"{folder}/kernel.json")
        manager._kernel_spec = KernelSpec(argv=command, interrupt_mode="message")
        variables = {n: v for n, v in os.environ.items() if n != "WARM_KERNEL_SPARE"}
        manager.start_kernel(
            cwd=str(root), env=variables, stdout=subprocess.DEVNULL, stderr=log
        )
        client = manager.client()
        client.start_channels()
        try:
            yield client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)  # what it leaves is removed beside


def run(client, code: str, end: float) -> str:
    """Run a cell until `end` at the latest; return what it printed."""
    printed = []

    def hear(message: dict) -> None:
        content = message["content"]
        printed.append(content.get("text", ""))
        printed.extend(content.get("traceback", ()))

    left = max(0.1, end - monotonic())
    reply = client.execute_interactive(code, output_hook=hear, timeout=left)
    if reply["content"]["status"] != "ok":
        lines = "\n".join(printed).strip().splitlines()
        raise NotReady(
            f"A cell fails: {lines[0] if lines else 'no word why'}. {SET_UP}"
        )
    return "".join(printed)


def versions(root: Path, evcxr: str | None, machine: dict | None = None) -> str:
    """Name what is installed, as far as it is known."""
    manifest = (root / "Cargo.toml").read_text(encoding="utf-8")
    course = next(li for li in manifest.splitlines() if li.startswith("version = "))
    names = [
        "course " + course.split('"')[1],
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        f"JupyterLab {version('jupyterlab')}",
    ]
    if machine and machine["rust"]:
        names.append(f"Rust {machine['rust']}")
    if machine and evcxr:  # the set-up has installed no other
        names.append(f"evcxr {evcxr}")
    return ", ".join(names)


def told(seen: Seen) -> str:
    """Return what was measured, in words."""
    machine = seen.machine
    cores = "1 core" if machine["cores"] == 1 else f"{machine['cores']} cores"
    words = [cores]
    if machine["memory"]:
        words.append(
            f"{gigabytes(machine['memory'])} of memory, {gigabytes(machine['free'])} free"
        )
    words.append(f"a kernel in {seen.ready:.1f} s, a cell in {seen.cell:.1f} s")
    if seen.speed_up is None:
        words.append("no time left to compare two threads with one")
    else:
        words.append(f"two threads {seen.speed_up:.1f} times as quick as one")
    return ", ".join(words)


def gigabytes(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


def colored(color: str, word: str, rest: str) -> str:
    """Color the first word on a terminal."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return f"{word}: {rest}"
    return f"{color}{word}{PLAIN}: {rest}"
