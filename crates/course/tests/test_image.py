"""The image: its Dockerfile's own lines make a tree, in which a user without rights runs cells."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from course.set_up import archive
from course.tests.checkout import ROOT

DOCKERFILE = ROOT / ".binder/Dockerfile"
HERE = Path(__file__).parent
PARSER = HERE / "requirements.txt"
LOG = ROOT / "target/image.log"
PATIENCE = 1500
CONTEXT = ["kernel-setup.sh", "Cargo.toml", "Cargo.lock", "requirements.txt"]
FOLDERS = [".binder", "crates", "notebooks"]
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
NEEDED = ["unshare", "chroot", "mount", "ip", "dpkg"]


class Words(unittest.TestCase):
    """What can be seen without building."""

    def test_all_who_use_it_find_the_one_file_and_all_that_it_copies(self) -> None:
        devcontainer = ROOT / ".devcontainer/devcontainer.json"
        build = json.loads(devcontainer.read_text())["build"]
        named = devcontainer.parent / build["dockerfile"]
        self.assertEqual(named.resolve(), DOCKERFILE)
        self.assertEqual((devcontainer.parent / build["context"]).resolve(), ROOT)
        text = DOCKERFILE.read_text()
        sources = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
        allowed = (ROOT / ".dockerignore").read_text().splitlines()
        for name in " ".join(sources).split():
            self.assertIn("!" + name.split("/")[0], allowed)
        for argument in ["NB_USER", "NB_UID"]:  # Binder gives them
            self.assertIn(f"ARG {argument}=", text)
        rust = re.search(r'rust-version = "(.*)"', (ROOT / "Cargo.toml").read_text())
        self.assertIn(f"=rust:{rust[1]}", text)


class Image(unittest.TestCase):
    def setUp(self) -> None:
        if os.geteuid() != 0 or not sys.platform.startswith("linux"):
            self.skipTest("only root on Linux can build a tree of the image")
        missing = [name for name in NEEDED if not shutil.which(name)]
        if missing:
            self.skipTest(f"not on this machine: {', '.join(missing)}")
        self.parser = ROOT / "target/dockerfile-parse"
        if not self.parser.exists():
            pip = [sys.executable, "-m", "pip", "install", "-q", "--require-hashes"]
            pip += ["--no-cache-dir", "--target", self.parser]
            subprocess.run([*pip, "-r", PARSER], check=True)
        folder = tempfile.TemporaryDirectory(prefix="image-")
        self.addCleanup(folder.cleanup)
        self.temp = Path(folder.name)
        self.temp.chmod(0o755)

    def context(self) -> Path:
        """What an engine is sent, with an archive in it."""
        context = self.temp / "context"
        context.mkdir()
        for name in CONTEXT:
            shutil.copy2(ROOT / name, context)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, context / name, symlinks=True)
        script = (ROOT / "kernel-setup.sh").read_text()
        evcxr = re.search(r"evcxr_version=(\S+)", script)[1]
        cargo = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
        with contextlib.redirect_stdout(io.StringIO()):
            archive.pack(ROOT, evcxr, cargo, context)
        return context

    def carry_out(self, dockerfile: Path, context: Path) -> tuple[int, str]:
        """Return how it ended, and what it said. Nothing of it may be left but files in there."""
        words = [dockerfile, context, self.temp / "tree", HERE / "in_the_image.py"]
        command = [*NAMESPACES, sys.executable, "-B", HERE / "image.py", *words]
        with LOG.open("w") as log:  # to be looked at while it goes on, too
            done = subprocess.run(
                command,
                env=os.environ | {"PYTHONPATH": str(self.parser)},
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE,
                check=False,
            )
        mounts = Path("/proc/self/mounts").read_text()
        self.assertNotIn(str(self.temp), mounts)
        return done.returncode, LOG.read_text(errors="replace")

    def test_a_line_that_fails_ends_it(self) -> None:
        dockerfile = self.temp / "Dockerfile"
        dockerfile.write_text("FROM any\nRUN echo begun; sleep 98.7 & false\n")
        code, said = self.carry_out(dockerfile, self.temp)
        self.assertEqual(code, 1, said)
        self.assertIn("begun", said)
        self.assertIn("ended with 1", said)
        self.assertNotIn(b"sleep\x0098.7\0", commands())

    def test_a_user_without_rights_and_network_runs_cells_with_workers(self) -> None:
        code, said = self.carry_out(DOCKERFILE, self.context())
        self.assertEqual(code, 0, said)
        self.assertIn("user 1000 in /home/jovyan", said)
        self.assertRegex(said, r"Rust kernel evcxr_jupyter \S+: there")
        self.assertNotIn("starts slowly", said)
        for name in ["setup", "compile", "pool-processes"]:
            self.assertIn(f"cell {name}: ok", said)
        self.assertRegex(said, r"calculate 2 times.*1346269")
        self.assertIn('server: {"version"', said)
        self.assertIn("changed: []", said)


def commands() -> list[bytes]:
    """Return the command lines of all processes."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            found.append(file.read_bytes())
    return found


if __name__ == "__main__":
    unittest.main()
