"""`kernel-setup.sh share`, and a checkout that its user may only read."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from course.tests.checkout import copy_script

# A user without an account, to whom no checkout belongs.
STRANGER = 54321


class ForAll(unittest.TestCase):
    """What the script reads, and a Python that only says what it is asked for."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.temp = Path(folder.name)
        self.root = self.temp / "the course"
        copy_script(self.root)
        (self.root / "notebooks").mkdir()
        python = self.root / ".venv/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
        python.chmod(0o755)

    def set_up(self) -> None:
        """Leave what tells that the checkout was set up for all."""
        (self.root / "target/setup").mkdir(parents=True)
        (self.root / "target/setup/done").touch()
        (self.root / "target/shared/cargo").mkdir(parents=True)

    def call(self, verb: str, **user: int) -> subprocess.CompletedProcess:
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.temp / "home")}
        script = ["bash", self.root / "kernel-setup.sh", verb]
        return subprocess.run(
            script,
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **user,
        )

    def call_as_stranger(self, verb: str) -> subprocess.CompletedProcess:
        if os.geteuid() != 0:
            self.skipTest("only root can call the script as another user")
        self.temp.chmod(0o755)
        (self.temp / "home").mkdir(exist_ok=True)
        os.chown(self.temp / "home", STRANGER, STRANGER)
        return self.call(verb, user=STRANGER, group=STRANGER, extra_groups=[])

    def test_nothing_is_shared_in_a_folder_that_others_cannot_enter(self) -> None:
        done = self.call("share")
        self.assertEqual(done.returncode, 1, done.stderr)
        closed = f"error: {self.temp} is closed to other users: move the checkout"
        self.assertIn(closed, done.stderr)
        self.assertFalse((self.root / "target").exists())

    def test_a_python_in_a_closed_home_is_passed_over(self) -> None:
        self.temp.chmod(0o755)
        folders = [self.temp / "closed", self.temp / "open"]
        for folder, mode in zip(folders, [0o700, 0o755], strict=True):
            folder.mkdir()
            python = folder / "python3"
            python.write_text(
                f'#!/bin/sh\ncase $2 in *realpath*) echo "{python}" ;; *) echo 3.12.0 ;; esac\n'
            )
            python.chmod(0o755)
            folder.chmod(mode)
        script = (
            'shared=$1; say() { printf "%s\\n" "$*"; }; . ./for-all.sh; . ./prerequisites.sh; '
            "PATH=$2:$3:$PATH; check_python; real_python; PYTHON=$2/python3; missing=(); check_python; "
            'say "${missing[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", script, "bash", self.temp, *folders],
            cwd=self.root / "crates/course/set_up",
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        found, missing = done.stdout.splitlines()
        self.assertEqual(found, str(folders[1] / "python3"))
        self.assertIn(f"{folders[0]}/python3 is closed to other users", missing)

    def test_a_checkout_that_was_not_shared_is_told_with_the_cure(self) -> None:
        done = self.call_as_stranger("lab")
        self.assertEqual(done.returncode, 1, done.stderr)
        told = f"{self.root} is not yours, and not set up for all: let its owner run"
        self.assertIn(told, done.stderr)
        done = self.call_as_stranger("clean")
        self.assertIn("clean is for the owner of", done.stderr)
        done = self.call_as_stranger("ready")
        self.assertIn("NOT READY: The course is not set up in this", done.stdout)
        self.assertIn("Let its owner run ./kernel-setup.sh share", done.stdout)

    def test_a_stranger_gets_a_course_of_their_own_and_leaves_ours_alone(self) -> None:
        self.set_up()
        before = sorted(self.root.rglob("*"))
        done = self.call_as_stranger("own")
        self.assertEqual(done.returncode, 0, done.stderr)
        own = self.temp / "home/concurrency-course"
        # As in a checkout: cells find `../crates`, and `../target` is theirs.
        for name in ["crates", "notebooks", ".venv", "Cargo.toml"]:
            self.assertEqual((own / name).resolve(), self.root / name)
        asked = done.stdout.splitlines()
        self.assertEqual(asked[-2:], ["--output", str(own / "my-notebooks")])
        self.assertTrue((own / "target/jupyter/config/custom/custom.css").exists())
        self.assertEqual(sorted(self.root.rglob("*")), before)
        # What the tools write lands there too.
        asked = self.call_as_stranger("export").stdout.splitlines()
        self.assertEqual(asked[-3:], ["--root", str(own), "export"])

    def test_a_home_that_cannot_be_written_to_is_told_with_the_cure(self) -> None:
        self.set_up()
        (self.temp / "home").mkdir()
        (self.temp / "home/concurrency-course").write_text("no folder")
        done = self.call_as_stranger("own")
        self.assertEqual(done.returncode, 1, done.stderr)
        cure = "cannot be made (Not a directory): name another one in COURSE_HOME"
        self.assertIn(cure, done.stderr)

    def test_a_folder_with_other_things_is_left_as_it_is(self) -> None:
        self.set_up()
        own = self.temp / "home/concurrency-course"
        (own / "target").mkdir(parents=True)
        (own / "crates").mkdir()
        done = self.call_as_stranger("own")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot be made (its crates is in the way): name", done.stderr)
        self.assertEqual(list((own / "crates").iterdir()), [])
