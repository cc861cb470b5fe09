"""What is no notebook of this course, under each verb: a line that names the file and the cure,
and nothing of the file that steers a terminal."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from nbformat import writes

from course.tests.foreign import FILES, NAME, NOBODY, STEERS, VERBS, Foreign
from course.tests.lesson import good


class Files(Foreign):
    def test_each_verb_names_the_file_and_the_cure(self) -> None:
        told = 0
        for name, raw, problem, cure in FILES:
            with self.subTest(file=name):
                self.put(raw)
                told += self.refused(problem, cure)
        print(f"{len(FILES)} foreign files x {len(VERBS)} verbs: {told} told")

    def test_what_is_no_file_is_named(self) -> None:
        def folder(path: Path) -> None:
            path.mkdir()

        def nowhere(path: Path) -> None:
            path.symlink_to("nowhere")

        def itself(path: Path) -> None:
            path.symlink_to(path.name)

        for make, problem, cure in [
            (folder, "folder", "move it away|another name"),
            (os.mkfifo, "no file", "move it away"),
            (nowhere, "cannot be read", "put the notebook there"),
            (itself, "cannot be read", "put the notebook there"),
        ]:
            with self.subTest(file=make.__name__):
                for place in self.places:
                    place.unlink(missing_ok=True)
                    make(place)
                for verb, arguments in VERBS.items():
                    with self.subTest(verb=verb):
                        if verb == "results":
                            self.restore()
                        status, said = self.course_says(*arguments)
                        self.assertIn(status, (1, 2), said)
                        self.assertRegex(said, f"{NAME}.*({problem}).*({cure})")
                for place in self.places:
                    self.remove(place)

    def restore(self) -> None:
        self.remove(self.course[1])
        self.write(good(), self.course[1])

    def remove(self, path: Path) -> None:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)

    def test_a_closed_file_and_a_closed_folder_are_named(self) -> None:
        self.put(writes(good()).encode())
        with self.nobody():
            self.course_says("check", "01")  # all is imported
            for place in self.places:
                place.chmod(0)
            problem, cure = "cannot be read", "chmod u.r"
            for verb, arguments in VERBS.items():
                with self.subTest(verb=verb):
                    if verb == "results":
                        self.places[1].chmod(0o644)
                    status, said = self.course_says(*arguments)
                    self.assertIn(status, (1, 2), said)
                    self.assertRegex(said, f"{NAME}.*{problem}.*{cure}")
            self.places[0].parent.chmod(0)
            try:
                status, said = self.course_says("results", "class")
            finally:
                self.places[0].parent.chmod(0o777)
            self.assertEqual(status, 1, said)
            self.assertRegex(said, "class/ann cannot be read .*: open it")

    @contextlib.contextmanager
    def nobody(self) -> Iterator[None]:
        """Be somebody to whom files can be closed; root is not."""
        if os.geteuid():
            yield
            return
        for path in [self.root, *self.root.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)

    def test_a_name_that_nobody_sees_is_refused(self) -> None:
        for name in ["02-b\x1b[2J.ipynb", "02-b\u202e.ipynb", "02-\udcff.ipynb"]:
            path = self.root / "notebooks" / name
            path.write_text(writes(good()))
            for verb in (["check"], ["run", "--output", "out"], ["export"]):
                with self.subTest(name=ascii(name), verb=verb):
                    status, said = self.course_says(*verb)
                    self.assertIn(status, (1, 2))
                    self.assertIn("its name has signs that nobody sees", said)
                    self.steers_nothing(said)
            path.unlink()

    def test_a_name_on_the_command_line_that_leads_nowhere_is_told_cut(self) -> None:
        for name in ["x" * 1_000_000, STEERS, "/" + "x" * 5_000]:
            status, said = self.course_says("check", name)
            self.assertEqual(status, 2)
            self.assertIn("no notebook is called", said)
            self.assertLess(len(said), 1_000)
            self.steers_nothing(said)
