"""Folders that are full, read-only or do not run programs: `kernel-setup.sh` names them, with what
to do, and begins nothing that it cannot end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from course.tests.namespaces import mounted, need_root
from course.tests.stubs import Stubbed


class Places(Stubbed):
    """Mounts of its own for each call."""

    # Until the disk is full, if the test has so decided.
    steps: ClassVar[dict[str, str]] = {
        "pip": '[ ! -e fill ] || cat /dev/zero >"$(cat fill)/filled"',
        "build": "echo 'Finished release'",
    }

    def setUp(self) -> None:
        need_root(self)
        super().setUp()
        self.temporary = self.root.parent / "temporary"
        self.temporary.mkdir()

    def mounts(self, folder: Path, options: str) -> tuple[str, ...]:
        return mounted(f'mount -t tmpfs -o {options} none "{folder}" || exit 9')

    def read_only(self, *folders: Path) -> tuple[str, ...]:
        """A folder as it is, in which nothing can be changed."""
        lines = [
            f'mount --bind "{f}" "{f}" && mount -o remount,bind,ro "{f}" || exit 9'
            for f in folders
        ]
        return mounted("\n".join(lines))

    def missing(self, said: str) -> list[str]:
        """Return what is told to be missing, one line each; no step has begun."""
        self.assertNotIn(": done", said)
        lines = said.splitlines()[1:]
        for line in lines:
            self.assertRegex(line, "^missing: ")
        return [line.removeprefix("missing: ") for line in lines]

    def test_a_temporary_folder_that_runs_no_program_is_named(self) -> None:
        before = self.mounts(self.temporary, "size=200m,noexec")
        [told] = self.missing(self.fails(before=before, TMPDIR=str(self.temporary)))
        self.assertIn(f"a temporary folder: {self.temporary} is of no use", told)
        self.assertIn("mounted noexec", told)
        self.assertIn("name another one in TMPDIR", told)

    def test_a_full_temporary_folder_is_named_and_not_the_linker(self) -> None:
        fill = f'cat /dev/zero >"{self.temporary}/filled" 2>/dev/null'
        lines = [*self.mounts(self.temporary, "size=1m,nr_inodes=100")]
        lines[-2] = lines[-2].replace("exec", f"{fill}\nexec")
        said = self.fails(before=tuple(lines), TMPDIR=str(self.temporary))
        [told] = self.missing(said)
        self.assertIn(f"a temporary folder: {self.temporary} is of no use", told)
        self.assertIn("No space left on device", told)
        self.assertIn("Free some space there, or name another one in TMPDIR", told)

    def test_a_small_or_absent_temporary_folder_is_named(self) -> None:
        before = self.mounts(self.temporary, "size=20m")
        [told] = self.missing(self.fails(before=before, TMPDIR=str(self.temporary)))
        self.assertRegex(told, r"disk space: .*temporary has \d+ MB free, .* TMPDIR$")
        self.forget()
        nowhere = str(self.temporary / "nowhere")
        [told] = self.missing(self.fails(TMPDIR=nowhere))
        self.assertIn(f"{nowhere} is of no use (No such file or directory)", told)
        self.forget()
        percent = self.temporary / "100%"
        percent.mkdir()
        [told] = self.missing(self.fails(TMPDIR=str(percent)))
        self.assertIn("no linker writes to a path with a percent sign", told)

    def test_a_read_only_folder_of_cargo_is_named_unless_the_kernel_is_there(
        self,
    ) -> None:
        cargo = self.root / "cargo"
        cargo.mkdir()
        [told] = self.missing(self.fails(before=self.read_only(cargo)))
        self.assertIn(f"a folder for Cargo: {cargo} is of no use (Read-only", told)
        self.assertIn("name another one in CARGO_HOME", told.replace("Name", "name"))
        # An older kernel is there: that was the end without a word, and code 101.
        self.program(cargo / "bin/evcxr_jupyter", "exit 0")
        (cargo / ".crates.toml").write_text(
            '"evcxr_jupyter 0.1.0 (x)" = ["evcxr_jupyter"]\n'
        )
        self.forget()
        [told] = self.missing(self.fails(before=self.read_only(cargo)))
        self.assertIn(f"a folder for Cargo: {cargo} is of no use (Read-only", told)
        self.forget()
        self.succeeds()
        self.forget()
        self.assertIn(
            "Rust kernel evcxr_jupyter 0.22.0: there",
            self.succeeds(before=self.read_only(cargo)),
        )

    def test_a_read_only_part_of_the_checkout_is_named_and_no_old_log_is_told(
        self,
    ) -> None:
        self.succeeds()
        log = self.root / "target/setup-build.log"
        self.assertIn("Finished", log.read_text())
        for part in [self.root / "target", log, self.root / ".venv"]:
            self.forget()
            [told] = self.missing(self.fails(before=self.read_only(part)))
            self.assertIn(f"a checkout of yours: {part} cannot be written to", told)
            self.assertIn("chown -R 0", told)

    def test_a_read_only_checkout_is_told_with_the_cure_or_works(self) -> None:
        whole = self.read_only(self.root)
        home = {"HOME": str(self.root.parent / "home")}
        Path(home["HOME"]).mkdir()
        cure = "copy it to a folder that you can write to"
        for verb in [[], ["lab"], ["test"]]:
            self.forget()
            said = self.fails(*verb, before=whole, **home)
            self.assertIn(f"error: {self.root} is read-only", said)
            self.assertIn(cure, said)
        self.succeeds()
        before = sorted(p for p in self.root.rglob("*") if "setup" not in p.name)
        self.forget()
        said = self.succeeds(before=whole, **home)
        self.assertIn("Ready. Next:", said)
        self.assertNotIn("Finished", said)
        self.assertTrue((self.root.parent / "home/concurrency-course/crates").exists())
        after = sorted(p for p in self.root.rglob("*") if "setup" not in p.name)
        self.assertEqual(before, after)

    def test_a_disk_that_is_small_is_named_before_anything_begins(self) -> None:
        disk, said = self.on_a_disk_of("60m")
        told = rf"missing: disk space: {re.escape(str(disk))} has \d+ MB free, the set-up needs 1500"
        self.assertRegex(said, told)

    def test_a_disk_that_gets_full_is_told_as_the_cause_though_no_log_can_be_kept(
        self,
    ) -> None:
        self.was_set_up()  # so that nothing is measured before
        (self.root / "fill").write_text(".venv")
        disk, said = self.on_a_disk_of("60m")
        self.assertIn("error: JupyterLab and its packages failed", said)
        told = rf"What to do: {re.escape(str(disk))} is full \(\d+ MB free\): free some there\. Then"
        self.assertRegex(said, told)

    def test_a_part_of_the_checkout_that_gets_full_is_told_and_then_it_goes_on(
        self,
    ) -> None:
        self.was_set_up()
        (self.root / "fill").write_text(".venv")
        (self.root / ".venv").mkdir()
        said = self.fails(before=self.mounts(self.root / ".venv", "size=30m"))
        self.assertIn("error: JupyterLab and its packages failed", said)
        self.assertIn(
            "What to do: a disk is full, or your part of it: free some there.", said
        )
        self.assertIn("Then run ./kernel-setup.sh again: it goes on from here", said)
        (self.root / "fill").unlink()
        self.assertIn("Ready. Next:", self.succeeds())

    def test_a_lock_that_cannot_be_made_is_no_other_set_up(self) -> None:
        self.was_set_up()
        state = self.root / "target/setup"
        one_file = mounted(
            f'mount -t tmpfs -o nr_inodes=2 none "{state}" && touch "{state}/done"'
        )
        said = self.fails(before=one_file)
        self.assertIn(
            f"error: {state}/packages.lock cannot be written to: free space", said
        )

    def was_set_up(self) -> None:
        (self.root / "target/setup").mkdir(parents=True)
        (self.root / "target/setup/done").touch()

    def on_a_disk_of(self, size: str) -> tuple[Path, str]:
        """Let the set-up of a copy on a disk of its own fail; return where it was, and what it said."""
        disk = self.root.parent / "disk"
        disk.mkdir()
        fill = f"""
            mount -t tmpfs -o size={size} none "{disk}" && cp -R "{self.root}/." "{disk}" || exit 9
            sed -i "s|{self.root}|{disk}|" "{disk}/"fakes/* "{disk}/warm-kernel" "{disk}/pip"
        """
        cargo = str(self.root / "cargo")  # elsewhere
        self.root, self.fakes = disk, disk / "fakes"
        process = self.begin(before=mounted(fill), cwd=disk.parent, CARGO_HOME=cargo)
        self.assertEqual(process.wait(60), 1, self.said())
        return disk, self.said()
