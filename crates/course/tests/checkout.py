"""A scratch checkout with notebooks of its own and the kernel of this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode, writes
from nbformat.v4 import new_code_cell, new_notebook

from course.tests.waiting import wait_for

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]
COURSE = [sys.executable, "-E", "-B", str(PACKAGE)]
# Else Jupyter's folders would be those of the caller.
OF_THE_CALLER = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


def copy_script(root: Path) -> None:
    """Copy `kernel-setup.sh` into the folder `root`, with what it reads before it builds."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ["kernel-setup.sh", "Cargo.toml"]:
        shutil.copy(ROOT / name, root)
    for name in ["crates/course/set_up", "crates/course/jupyterlab"]:
        shutil.copytree(ROOT / name, root / name)


def cell(name: str, tags: str, source: str) -> NotebookNode:
    """Return a code cell: id, tags parted by spaces, source."""
    return new_code_cell(source, id=name, metadata={"tags": tags.split()})


def hang(file: str) -> str:
    """Return a source that never ends, and writes its process and the parent's to a file first."""
    return (
        f'std::fs::write("{file}", format!("{{}} {{}}", std::process::id(), '
        "std::os::unix::process::parent_id()))?;\nloop { std::thread::park(); }"
    )


@dataclass
class Run:
    """What a run printed, stdout before stderr, and its exit code."""

    code: int
    output: str

    def __str__(self) -> str:
        return f"exit code {self.code}, output:\n{self.output}"

    def failure(self, cell: str) -> str:
        """Return what was told about a cell that failed: up to the next progress line."""
        _, found, told = self.output.partition(f"FAILED cell {cell}: ")
        if not found:
            raise AssertionError(f"{cell} did not fail: {self}")
        return told.split("\n01-")[0]


class Checkout(unittest.TestCase):
    """A folder with `notebooks/` and `.venv` for each test, as `self.root`."""

    def setUp(self) -> None:
        # These tests are worth nothing without a kernel.
        kernel = ROOT / ".venv/share/jupyter/kernels/rust/kernel.json"
        problem = "there is no kernel in .venv: run ./kernel-setup.sh first"
        self.assertTrue(kernel.exists(), problem)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "notebooks").mkdir()
        (self.root / ".venv").symlink_to(ROOT / ".venv")

    def write(self, name: str, cells: list[NotebookNode]) -> str:
        """Write a notebook and return what the file holds."""
        text = writes(new_notebook(cells=cells))
        (self.root / f"notebooks/{name}.ipynb").write_text(text, encoding="utf-8")
        return text

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def begin(self, verb: str, *arguments: str) -> subprocess.Popen:
        """Start the command `course` in the scratch checkout."""
        environment = {n: v for n, v in os.environ.items() if n not in OF_THE_CALLER}
        return subprocess.Popen(
            [*COURSE, "--root", str(self.root), verb, *arguments],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, process: subprocess.Popen, number: int, files: list[str]) -> str:
        """Send a signal once cells that hang have written such files in `notebooks/`; return
        what was said when it has ended as interrupted, and the processes of the cells, too."""
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        kernels = []
        for file in files:
            told = self.root / "notebooks" / file
            wait_for("the cell to run", lambda t=told: t.exists() and t.read_text())
            kernels += told.read_text().split()
        process.send_signal(number)
        said, _ = process.communicate()
        self.assertEqual(process.returncode, 130, said)
        for kernel in kernels:
            path = Path("/proc", kernel)
            wait_for("the kernel's processes to end", lambda p=path: not p.exists())
        return said

    def course(self, verb: str, *arguments: str) -> Run:
        """Run the command `course` to its end."""
        with self.begin(verb, *arguments) as process:
            out, err = process.communicate()
        return Run(process.returncode, out + err)

    def run_notebooks(self, *arguments: str) -> Run:
        return self.course("run", *arguments)
