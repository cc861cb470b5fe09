"""What is no notebook of this course, under each verb: a line that names the file and the cure,
and nothing of the file that steers a terminal."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import stat
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from nbformat import writes
from nbformat.v4 import new_output, new_raw_cell

from course import command_line
from course.notebook import shown
from course.notebook.files import KERNELSPEC
from course.notebook.verdict import Failure
from course.run.runner import Runner
from course.tests.lesson import Course, good

NAME = "02-b.ipynb"
NOBODY = 65534
# Sets a title, rings, clears the screen, and turns the direction of what follows.
STEERS = "\x1b]0;mine\x07\x1b[2J\u202e\u2066\x9b"


def text(data: Any) -> bytes:
    return json.dumps(data).encode()


def changed(change: Callable[[dict], None]) -> bytes:
    data = json.loads(writes(good()))
    change(data)
    return text(data)


def format_of(major: Any, minor: int = 0) -> bytes:
    return changed(lambda data: data.update(nbformat=major, nbformat_minor=minor))


def ids(*names: Any) -> bytes:
    def change(data: dict) -> None:
        for cell, name in zip(data["cells"], names):
            cell.pop("id") if name is None else cell.update(id=name)

    return changed(change)


# What the file holds, and what the line says of it and of its cure.
FILES: list[tuple[str, bytes, str, str]] = [
    ("format 3", format_of(3), r"older than format 4\.5 \(3\.0\)", "JupyterLab"),
    ("format 4.0", format_of(4), r"older than format 4\.5", "save it there"),
    ("format 4.4", format_of(4, 4), r"older than format 4\.5", "save it there"),
    ("format 5", format_of(5), "format 5, newer than", "save it in format 4"),
    ("format text", format_of("4"), "does not say of which format", "get it anew"),
    ("format steers", format_of(4, STEERS), "does not say of which format", "anew"),
    ("doubled ids", ids("same", "same"), "cells 1 and 2 .* same id, same", "rename"),
    ("ids that steer", ids(STEERS, STEERS), r"same id, \\x1b\]0;mine", "rename"),
    ("missing id", ids("title", None), "cell 2 has no id", "text editor"),
    ("id of a list", ids(["a"]), "cell 1 has no id", "text editor"),
    ("id with signs", ids("a b" + STEERS), "is not a notebook: ", "get it anew"),
    ("no cells", text({"nbformat": 4, "nbformat_minor": 5}), "no list of", "anew"),
    ("cells of text", changed(lambda d: d.update(cells=["a"])), "no list of", "anew"),
    ("cell of a kind", changed(lambda d: d["cells"][0].update(cell_type=STEERS)),
     "is not a notebook: ", "get it anew"),
    ("tags of a text", changed(lambda d: d["cells"][0]["metadata"].update(tags="a")),
     "is not a notebook: ", "get it anew"),
    ("metadata course", changed(lambda d: d["metadata"].update(course=[1])),
     "its metadata `course`", "remove it"),
    ("byte-order mark", b"\xef\xbb\xbf" + text({}), "byte-order mark", "without one"),
    ("UTF-16", "{}".encode("utf-16"), "not text in UTF-8", "get it anew"),
    ("binary", bytes(range(256)) * 9, "not text in UTF-8", "get it anew"),
    ("half a letter", changed(lambda d: d["cells"][0].update(source="\ud800")),
     "half a letter", "get it anew"),
    ("empty", b"", "it is empty", "get it anew"),
    ("blank", b" \n\n", "it is empty", "get it anew"),
    ("no JSON", b"# Fibonacci\n", "not JSON, from line 1 on", "get it anew"),
    ("torn", writes(good())[:900].encode(), "not JSON, from line", "get it anew"),
    ("merged", b'{\n<<<<<<< HEAD\n "a": 1\n=======\n>>>>>>> x\n}', "merge", "with git"),
    ("deep", b"[" * 200_000, "nested too deep", "get it anew"),
    ("large number", b'{"nbformat": ' + b"9" * 5_000 + b"}", "not JSON", "anew"),
    ("list", text([1, 2]), "holds a list instead", "get it anew"),
    ("text", text(STEERS), "holds a text instead", "get it anew"),
    ("null", b"null", "holds nothing instead", "get it anew"),
]  # fmt: skip
# Arguments with the file's name, and those that make a folder of the class.
VERBS = {
    "check": ["check", "02"],
    "check --no-outputs": ["check", "02", "--no-outputs"],
    "run": ["run", "02", "--output", "out"],
    "run --clear": ["run", "02", "--clear", "--output", "out"],
    "export": ["export", "02", "--output", "out"],
    "export --slides": ["export", "02", "--slides", "--output", "out"],
    "handout": ["handout", "02", "--output", "out/handout.zip"],
    "handout --nbgrader": ["handout", "02", "--nbgrader", "out"],
    "bench": ["bench", "02"],
    "results": ["results", "class"],
}


# For notebooks that are valid: two start a kernel; two pages are a part of what others make.
LEFT_OUT = {"run", "bench"}
LEFT_OUT |= set() if os.environ.get("LONG_TESTS") else {"export", "handout"}


class Foreign(Course):
    def setUp(self) -> None:
        super().setUp()
        for folder in ("class/ann", "out"):
            (self.root / folder).mkdir(parents=True)
        self.places = [self.root / "class/ann" / NAME, self.root / "notebooks" / NAME]

    def put(self, raw: bytes) -> None:
        for place in self.places:
            place.write_bytes(raw)

    def course_says(self, *arguments: str) -> tuple[int, str]:
        """Run a verb; paths among the arguments begin in the scratch checkout."""
        line = [
            str(self.root / a) if a.startswith(("out", "class")) else a
            for a in arguments
        ]
        options = command_line.parse(["--root", str(self.root), *line])
        with (
            contextlib.redirect_stdout(io.StringIO()) as said,
            contextlib.redirect_stderr(said),
        ):
            status = options.main(options)
        return status, said.getvalue()

    def refused(self, problem: str, cure: str) -> int:
        """Each verb must name the file, the problem and the cure; how many did."""
        told = 0
        for verb, arguments in VERBS.items():
            with self.subTest(verb=verb):
                if verb == "results":  # the notebooks of the course are whole
                    self.write(good(), self.course[1])
                status, said = self.course_says(*arguments)
                self.assertIn(status, (1, 2), said)
                self.assertRegex(said, f"{NAME}.*{problem}.*{cure}")
                self.assertLess(len(said), 3_000)
                self.steers_nothing(said)
                told += 1
        return told

    def steers_nothing(self, said: str) -> None:
        steering = {s for s in said if not s.isprintable() and s not in "\n\t"}
        self.assertEqual(steering, set(), repr(said[:300]))


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


class Strange(Foreign):
    """Notebooks of the right format that nobody of this course has written."""

    def test_a_notebook_without_a_kernelspec_is_told_to_be_run(self) -> None:
        notebook = good()
        self.put(writes(notebook).encode())
        status, said = self.course_says("check", "02", "--no-outputs")
        self.assertEqual(status, 1)
        self.assertIn("its metadata is not what `course run` writes [file]", said)
        self.course_says("run", "02", "--clear", "--output", "out")
        copied = json.loads((self.root / "out" / NAME).read_text())
        self.assertEqual(copied["metadata"]["kernelspec"], KERNELSPEC)

    def test_a_notebook_of_another_language_is_not_run(self) -> None:
        for about in [
            {"kernelspec": {"name": "p", "display_name": "P", "language": "python"}},
            {"language_info": {"name": "python" + STEERS}},
        ]:
            notebook = good()
            notebook.metadata.update(about)
            raw = writes(notebook).encode()
            self.put(raw)
            status, said = self.course_says("run", "02")
            self.assertEqual(status, 2, said)
            self.assertRegex(said, f"{NAME} is a notebook in python.*choose the kernel")
            self.steers_nothing(said)
            self.assertEqual(self.places[1].read_bytes(), raw)

    def test_nothing_in_a_valid_notebook_ends_a_verb(self) -> None:
        for name, change in STRANGE.items():
            notebook = good()
            change(notebook)
            self.put(writes(notebook).encode())
            for verb, arguments in VERBS.items():
                if verb in LEFT_OUT:
                    continue
                if verb == "results":
                    self.write(good(), self.course[1])
                with self.subTest(notebook=name, verb=verb):
                    status, said = self.course_says(*arguments)
                    self.assertIn(status, (0, 1, 2))
                    self.steers_nothing(said)
                for path in (self.root / "out").rglob("*"):
                    if path.is_file():
                        path.unlink()


def with_cell(source: str, **more: Any) -> Callable[[Any], None]:
    """Change a text, or with outputs a cell of code."""

    def change(notebook: Any) -> None:
        cell = notebook.cells[4 if "outputs" in more else 5]
        cell.update(deepcopy(more), source=source)

    return change


def page(html: str) -> dict[str, Any]:
    return {"outputs": [new_output("display_data", data={"text/html": html})]}


def exercise_without(part: str) -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        name = f"exercise-two{part}"
        notebook.cells = [cell for cell in notebook.cells if cell.id != name]

    return change


STRANGE: dict[str, Callable[[Any], None]] = {
    "no cell": lambda n: n.update(cells=[]),
    "one raw cell": lambda n: n.update(cells=[new_raw_cell(STEERS, id="raw")]),
    "headings": with_cell(f"## {STEERS}\n\n#### {STEERS}"),
    "addresses": with_cell("[a](http://[x) [b](%00) [c](" + "y" * 5_000 + ")"),
    "pictures": with_cell("![a](%00.png) ![b](../../../../etc/passwd) ![](http://[x)"),
    "an anchor": with_cell("[a](01-a.ipynb#no) [b](02-b.ipynb#%1b) [c](no.ipynb#a)"),
    "tags": lambda n: n.cells[4].metadata.update(tags=[STEERS, "core", ""]),
    "a mark": lambda n: n.cells[4].metadata.update(slide={"show": STEERS}),
    "another mark": lambda n: n.cells[4].metadata.update(slide=[STEERS]),
    "a claim by hand": with_cell("1", **page('<p data-claim="holds">x</p>')),
    "a figure by hand": with_cell("1", **page("<figure><img></figure>")),
    "no stub": exercise_without(""),
    "no check": exercise_without("-check"),
    "no solution": exercise_without("-solution"),
    "fingerprints": lambda n: n.metadata.update(course={"made_with": [STEERS]}),
    "source of blanks": with_cell("\x1c\x85\u2028", **page("")),
    "a table of guesses": with_cell("**Predict.** " + "*[`" * 2_000),
}
for shows in ("claim", "figure", "output", "code"):
    for by_hand in ('<p data-claim="fails">x</p>', "<figure><img></figure>"):

        def shown_by_hand(notebook: Any, shows=shows, by_hand=by_hand) -> None:
            with_cell("1", **page(by_hand))(notebook)
            notebook.cells[4].metadata["slide"] = {"title": "x", "show": shows}

        STRANGE[f"a slide shows {shows} of {by_hand}"] = shown_by_hand


class Terminal(Course):
    """What a cell gave, as `course run` tells it."""

    def told(self, tell: Callable[[Runner], None]) -> str:
        options = argparse.Namespace(root=self.root, folder=self.notebooks, timeout=1)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            tell(Runner("02-b", good(), options))
        return said.getvalue()

    def test_a_megabyte_of_claim_is_cut_and_steers_nothing(self) -> None:
        claim = STEERS + "eggs " * 200_000
        cell = good().cells[4]
        data = {"text/html": '<p data-claim="fails">x</p>', "text/plain": claim}
        cell.outputs = [new_output("display_data", data=data)]
        said = self.told(lambda runner: runner.count_claims(cell))
        self.assertIn("eggs", said)
        self.assertIn(f"({len(claim):,} letters)", said)
        self.assertLess(len(said), 3_000)
        self.assertEqual({s for s in said if not s.isprintable()}, {"\n"})

    def test_a_report_is_cut_and_keeps_its_lines(self) -> None:
        report = "first\n\tsecond\x1b[31m red\x1b[0m\n" + STEERS + "x" * 1_000_000
        said = self.told(lambda it: it.fail(f"cell {STEERS}", Failure("p", report)))
        self.assertIn("first\n\tsecond red\n\\x1b]0;mine", said)
        self.assertLess(len(said), 50_000)
        self.assertEqual({s for s in said if not s.isprintable()}, {"\n", "\t"})

    def test_colours_alone_may_stay(self) -> None:
        told = shown.report("\x1b[31mred\x1b[0m\x1b[2J\x1b[1;2H", colours=True)
        self.assertEqual(told, "\x1b[31mred\x1b[0m\\x1b[2J\\x1b[1;2H")


class Tables(Foreign):
    """Names of learners are names of files, which a learner chooses."""

    NASTY = (
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "\uff1dcmd",
        "\t=1",
        'a",\n"b,01-a,two,core,correct',
        "\x1b[2Jann",
        "an\u202en",
        "an\u200bn",
        "ann\r",
        "\udcff",
        "ann,bob;cy|dee",
    )

    def test_no_learners_name_changes_another_row_or_steers_the_terminal(self) -> None:
        for name in ("ann", *self.NASTY):
            folder = self.root / "class" / name.replace("/", "\u2044")
            folder.mkdir(exist_ok=True)
            (folder / NAME).write_text(writes(good()))
        status, said = self.course_says("results", "class")
        self.assertEqual(status, 0, said)
        self.steers_nothing(said)
        file = self.root / "class/results.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        learners = 1 + len(self.NASTY)
        self.assertEqual(len(lines), 1 + 3 * learners)
        table = [row.split(",") for row in lines if row.startswith("ann,0")]
        self.assertEqual([row[2] for row in table], ["two", "three", "four"])
        for row in lines:
            self.assertTrue(row.isprintable(), ascii(row))
            self.assertNotRegex(row, '^"?[=+@\uff1d-]')
        self.assertTrue(stat.S_ISREG(file.stat().st_mode))
        print(f"{learners} names of learners: {len(lines) - 1} rows, 0 forged")
