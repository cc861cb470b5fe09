"""Mounts and networks of a test's own, which no other process of the machine sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import unittest


def need_root(test: unittest.TestCase) -> None:
    """Skip a test where it cannot mount."""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        test.skipTest(
            "only root on Linux can mount, or be without a network, by itself"
        )
    if subprocess.run(["unshare", "--mount", "--net", "true"], check=False).returncode:
        test.skipTest("this machine does not let root mount: a container, perhaps")


def mounted(script: str) -> tuple[str, ...]:
    """Return what to put before a command, so that a shell script mounts for it alone."""
    return ("unshare", "--mount", "sh", "-c", f'{script}\nexec "$@"', "sh")


def without_network() -> tuple[str, ...]:
    return ("unshare", "--net")
