"""`cargo deny` holds the crates against deny.toml: licences, second versions, where they come from,
and, where the list of them can be reached, what is known to be wrong with one."""

from __future__ import annotations

import os
import shutil
import subprocess
import unittest
from pathlib import Path

from course.tests.checkout import ROOT

VERSION = "0.20.2"
# Not in the user's own folder of Cargo.
TOOLS = ROOT / "target/tools"


def installed() -> Path:
    """Return the program, which is compiled once: ten minutes or so on two cores."""
    found = shutil.which(
        "cargo-deny", path=f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    )
    if found:
        return Path(found)
    command = ["cargo", "install", "--locked", f"cargo-deny@{VERSION}", "--root", TOOLS]
    build = {"CARGO_TARGET_DIR": str(TOOLS / "build")}
    done = subprocess.run(
        command, env=os.environ | build, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(done.stderr.strip().splitlines()[-1])
    shutil.rmtree(TOOLS / "build")
    return TOOLS / "bin/cargo-deny"


class CargoDeny(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        try:
            cls.program = installed()
        except OSError as error:
            if os.environ.get("CI") == "true":
                raise
            raise unittest.SkipTest(
                f"cargo-deny cannot be installed: {error}"
            ) from None

    def check(self, *what: str) -> subprocess.CompletedProcess:
        command = [self.program, "--color", "never", "--locked", "check", *what]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def test_licences_second_versions_and_sources(self) -> None:
        done = self.check("licenses", "bans", "sources")
        self.assertEqual(done.returncode, 0, done.stderr)
        print(f"cargo deny: {done.stdout.strip()}")

    def test_what_is_known_to_be_wrong_with_a_crate(self) -> None:
        done = self.check("advisories")
        if "failed to fetch advisory database" in done.stderr:
            self.skipTest("the list of advisories cannot be reached from here")
        self.assertEqual(done.returncode, 0, done.stderr)
        print(f"cargo deny: {done.stdout.strip()}")
