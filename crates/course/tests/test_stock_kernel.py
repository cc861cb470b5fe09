"""The notebooks on a stock evcxr kernel: without displays that change, errors that are told
as such, or a prelude.

It would compile for a minute first. So it finds what it needs built, by the same settings of
cargo: the warm folder that set-up has made. STOCK_NOTEBOOKS=00,01,… names other notebooks;
all of them take some ten minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec

from course.bench.kernel import stock_kernel
from course.notebook.files import clear, find, read, replace_knobs
from course.run.runner import Runner
from course.tests.checkout import ROOT

# The one with the most to see while it runs.
NOTEBOOKS = "04"
# Its waits are not what is tested.
TIME_SCALE = "0.05"


class StockRunner(Runner):
    """Runs a notebook on a stock kernel, with a folder of its own."""

    def __init__(self, path: Path, temp: Path) -> None:
        options = argparse.Namespace(
            root=ROOT, folder=path.parent, timeout=300, keep_going=True
        )
        notebook = read(path)
        clear(notebook)
        replace_knobs([notebook], {"TIME_SCALE": TIME_SCALE})
        super().__init__(path.stem, notebook, options)
        self.temp = temp
        self.failed_cells: list[str] = []

    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        argv = [stock_kernel(), "--control_file", "{connection_file}"]
        manager._kernel_spec = KernelSpec(argv=argv, language="rust")
        return manager

    async def async_start_new_kernel(self, **kwargs) -> None:
        environment = dict(
            os.environ,
            EVCXR_TMPDIR=str(self.temp / "build"),
            EVCXR_CONFIG_DIR=str(self.temp / "config"),
            CONCURRENCY_WORKER=str(ROOT / "target/release/concurrency-worker"),
        )
        await super().async_start_new_kernel(env=environment, **kwargs)

    def fail(self, where, failure) -> None:
        self.failed_cells.append(f"{where}: {failure.reason}\n{failure.report}")
        super().fail(where, failure)


def prepare(temp: Path) -> None:
    """Make the folders of a stock kernel, which compiles nothing of what is built."""
    warm = ROOT / "target/warm"
    shutil.copytree(warm / "build", temp / "build")
    (temp / ".cargo").mkdir()
    shutil.copy(ROOT / "crates/notebook/kernel/cargo.toml", temp / ".cargo/config.toml")
    (temp / "config").mkdir()
    shutil.copy(ROOT / "Cargo.lock", temp / "config")
    # The same graph of crates: else features would differ, and all that need them.
    (temp / "config/init.evcxr").write_text(
        ":linker system\n:offline 1\n"
        f':dep notebook = {{ path = "{ROOT / "crates/notebook"}" }}\n'
        f':dep kernel-inside = {{ path = "{warm / "kernel-inside"}" }}\n'
        ':dep tokio = "*"\n'
        '!cp "$EVCXR_CONFIG_DIR/Cargo.lock" "$EVCXR_TMPDIR/Cargo.lock"\n'
    )


class OnAStockKernel(unittest.TestCase):
    def test_notebooks_run_as_on_that_of_the_course(self) -> None:
        names = os.environ.get("STOCK_NOTEBOOKS", NOTEBOOKS).split(",")
        for path in find(ROOT / "notebooks", names):
            with (
                self.subTest(path.stem),
                tempfile.TemporaryDirectory(dir="/tmp") as temp,
            ):
                prepare(Path(temp))
                runner = StockRunner(path, Path(temp))
                asyncio.run(runner.run())
                self.assertEqual(runner.failed_cells, [])
                self.assertEqual(runner.done, runner.total)
