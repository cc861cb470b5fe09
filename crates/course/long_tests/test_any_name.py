"""A whole set-up, with nothing that stands in for anything, in a folder whose name holds what a
shell, a search path, Cargo, JSON and HTML take for their own; then cells run there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbformat import read

from course.tests.checkout import ROOT
from course.tests.test_surroundings import FOREIGN, NAME

FILES = ["kernel-setup.sh", "Cargo.toml", "Cargo.lock", "requirements.txt", "README.md"]
FOLDERS = ["crates", "notebooks"]
CELLS = ["setup", "program", "compile", "fib", "pool-calculate", "pool-processes"]
PATIENCE = 600


class AnyName(unittest.TestCase):
    def setUp(self) -> None:
        # On the disk of the checkout: a temporary folder may be small.
        folder = tempfile.TemporaryDirectory(prefix="any-name-", dir=ROOT / "target")
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name, "home")
        self.root = Path(folder.name) / NAME
        self.root.mkdir()
        for name in FILES:
            shutil.copy2(ROOT / name, self.root)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, self.root / name, symlinks=True)
        # What the crates stand on, so that it is not compiled again.
        (self.root / "target").mkdir()
        subprocess.run(
            ["cp", "-a", ROOT / "target/release", self.root / "target/"], check=True
        )
        self.foreign = self.home / ".local/share/jupyter/kernels/rust/kernel.json"
        self.foreign.parent.mkdir(parents=True)
        self.foreign.write_text(json.dumps(FOREIGN))

    def call(self, verb: str) -> str:
        """Call the script from another folder, in a home with another's kernelspec."""
        real = Path.home()
        variables = {
            "HOME": str(self.home),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(real / ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real / ".rustup")),
        }
        unset = {
            "CARGO_TARGET_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_RUNTIME_DIR",
        }
        done = subprocess.run(
            ["bash", self.root / "kernel-setup.sh", verb],
            cwd="/",
            env={n: v for n, v in os.environ.items() if n not in unset} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_the_course_is_set_up_and_cells_run(self) -> None:
        begun = time.monotonic()
        said = self.call("own")
        self.assertIn("kernel in JupyterLab: done", said)
        took = time.monotonic() - begun
        self.assertEqual(json.loads(self.foreign.read_text()), FOREIGN)
        notebook = read(self.root / "my-notebooks/03-fibonacci.ipynb", as_version=4)
        sources = {cell.id: cell.source for cell in notebook.cells}
        specs = KernelSpecManager(ensure_native_kernel=False)
        specs.kernel_dirs = [str(self.root / ".venv/share/jupyter/kernels")]
        manager = KernelManager(kernel_name="rust", kernel_spec_manager=specs)
        manager.start_kernel(cwd=str(self.root / "my-notebooks"))
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            for name in CELLS:
                answer = client.execute_interactive(sources[name], timeout=PATIENCE)
                self.assertEqual(answer["content"]["status"], "ok", f"{name}: {answer}")
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        print(
            f"set up in {took:.0f} s in a folder named {NAME}; {len(CELLS)} cells ran"
        )
