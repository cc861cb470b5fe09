"""What a step that failed has said, and what there is to do about it."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

from course.tests.checkout import PACKAGE

# The programs' own words, and a word of the cure.
SAID = {
    "fatal: unable to access: Could not resolve host: index.example": "needs the network",
    "[6] Could not resolve hostname (Could not resolve host: x)": "needs the network",
    "Failed to establish a new connection: [Errno 101] Network is unreachable": "the network",
    "Temporary failure in name resolution": "name your proxy in https_proxy",
    "npm error network request failed, reason: connect: Connection refused": "the network",
    "ERROR: No matching distribution found for x (from versions: none)": "the network",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "was not installed",
    "OSError: [Errno 28] No space left on device": "a disk is full",
    "OSError: [Errno 122] Disk quota exceeded": "a disk is full, or your part of it",
    "process didn't exit successfully: `rustc` (signal: 9, SIGKILL: kill)": "memory has run out",
    "error: failed to open: /x/.crates.toml: Read-only file system (os error 30)": "CARGO_HOME",
    "PermissionError: [Errno 13] Permission denied: '/x'": "cannot be written to",
}
ASK = 'say() { printf "%s\\n" "$*"; }; root=. cargo_home=.; . ./cures.sh; full() { :; }; cure "$@"'


class Cures(unittest.TestCase):
    def cure(self, said: str, status: int = 1) -> str:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "log")
            log.write_text(f"Compiling a\n{said}\nwarning: build failed\n")
            return subprocess.check_output(
                ["bash", "-eu", "-o", "pipefail", "-c", ASK, "bash", str(status), log],
                cwd=PACKAGE / "set_up",
                text=True,
            )

    def test_each_cause_has_its_cure(self) -> None:
        for said, told in SAID.items():
            with self.subTest(said):
                self.assertIn(told, self.cure(said))

    def test_what_was_killed_without_a_word_may_have_lacked_memory(self) -> None:
        self.assertIn("close other programs", self.cure("Compiling b", status=137))

    def test_nothing_is_made_up_where_nothing_is_known(self) -> None:
        self.assertEqual(self.cure("error[E0308]: mismatched types", status=101), "")
        # An old trouble, far above the end, is none of this one.
        self.assertEqual(self.cure("Connection refused\n" + "Compiling c\n" * 60), "")


if __name__ == "__main__":
    unittest.main()
