"""`kernel-setup.sh` as a newcomer meets it: wrong words, missing tools, cleaning up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from course.tests.checkout import copy_script


class Newcomer(unittest.TestCase):
    """A checkout with nothing in it but what the script reads before it builds, in a
    folder whose name holds a space and a letter outside ASCII."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.temp = Path(folder.name)
        self.root = self.temp / "Stra\xdfe 1"
        copy_script(self.root)

    def fake(self, program: str, line: str, status: int) -> None:
        """A program that answers every call alike, found before the real one."""
        file = self.temp / "fakes" / program
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\necho '{line}'\nexit {status}\n")
        file.chmod(0o755)

    def call(
        self, script: Path, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess:
        changed = {
            "PATH": f"{self.temp / 'fakes'}:{os.environ['PATH']}",
            "CARGO_HOME": str(self.temp / "cargo"),
            "PYTHON": "/nowhere/python3",
        }
        return subprocess.run(
            ["bash", script, *arguments],
            cwd="/",
            env=os.environ | changed | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir())

    def test_an_unknown_verb_gets_an_error_and_the_help(self) -> None:
        done = self.call(self.root / "kernel-setup.sh", "lob")
        self.assertEqual(done.returncode, 2)
        self.assertIn('there is no verb "lob"', done.stderr)
        self.assertIn("Usage: ./kernel-setup.sh", done.stderr)

    def test_all_that_is_missing_is_named_at_once_and_nothing_is_half_done(
        self,
    ) -> None:
        self.fake("cargo", "cargo 1.80.1 (376290515 2024-07-16)", 0)
        self.fake("rustc", "rustc 1.80.1 (3f5fd8dd4 2024-08-06)", 0)
        self.fake("cc", "cannot find crt1.o", 1)
        before = self.names()
        done = self.call(self.root / "kernel-setup.sh", "lab")
        self.assertEqual(done.returncode, 1, done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 3, done.stderr)
        self.assertIn("cargo is 1.80.1", lines[0])
        self.assertIn("cannot find crt1.o", lines[1])
        self.assertIn("Python 3.10 or newer", lines[2])
        for line in lines:
            self.assertTrue(line.startswith("missing: "), done.stderr)
        self.assertEqual(self.names(), before)

    def test_a_python_that_is_too_old_or_has_no_venv_is_named_with_the_cure(
        self,
    ) -> None:
        self.fake("cc", "no crt1.o", 1)  # nothing begins
        # What it is asked is asked of a real one, which takes itself for another.
        for so, told in [
            ("sys.version_info = (3, 9, 18)", "is 3.9.18"),
            ("sys.modules['ensurepip'] = None", " lacks venv or ensurepip"),
            ("sys.exit(127)", "none found"),
        ]:
            python = self.temp / "a python"
            asked = f'-c "import sys; {so}; exec(sys.argv[1])" "$2"'
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" {asked}\n')
            python.chmod(0o755)
            done = self.call(self.root / "kernel-setup.sh", PYTHON=str(python))
            self.assertEqual(done.returncode, 1, done.stderr)
            [line] = [li for li in done.stderr.splitlines() if "Python" in li]
            self.assertIn("missing: Python 3.10 or newer with venv: ", line)
            self.assertIn(told, line)
            self.assertIn("Install it: ", line)
            self.assertTrue(line.endswith("or name another one in PYTHON"), line)

    def test_without_a_linker_and_without_rust_both_are_named_with_their_cures(
        self,
    ) -> None:
        tools = self.temp / "tools"
        tools.mkdir()
        names = {"cc", "cargo", "rustc", "rustup"}
        for folder in ["/bin", "/usr/bin"]:
            for file in Path(folder).iterdir():
                if file.name not in names and not (tools / file.name).exists():
                    (tools / file.name).symlink_to(file)
        done = self.call(self.root / "kernel-setup.sh", PATH=str(tools))
        self.assertEqual(done.returncode, 1, done.stderr)
        rust, linker, python = done.stderr.splitlines()
        self.assertRegex(
            rust, r"Rust 1\.\d+ or newer: `cargo --version` gives no answer\. Install"
        )
        self.assertIn("Install it: with rustup, as https://rustup.rs says", rust)
        self.assertRegex(
            linker, r"a C linker: `cc` cannot link a program \(.*not found\)\. Install"
        )
        self.assertIn("Python", python)

    def test_a_path_that_no_program_could_hold_is_named_before_anything_begins(
        self,
    ) -> None:
        for character in [":", "%", "\n", '"', "\\", "`", "$"]:
            root = self.temp / f"a{character}b"
            copy_script(root)
            done = self.call(root / "kernel-setup.sh")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("missing: a usable folder: ", done.stderr)
            self.assertIn("Move the checkout", done.stderr)

    def test_clean_removes_what_set_up_makes_and_nothing_else_also_through_a_link(
        self,
    ) -> None:
        for folder in [".venv/lib", "target/release", "html", "notebooks"]:
            (self.root / folder).mkdir(parents=True)
        link = self.temp / "a link"
        link.symlink_to(self.root / "kernel-setup.sh")
        done = self.call(link, "clean")
        self.assertEqual(done.returncode, 0, done.stderr)
        left = ["Cargo.toml", "crates", "kernel-setup.sh", "notebooks"]
        self.assertEqual(self.names(), left)
