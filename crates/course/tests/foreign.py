"""Files that are no notebook of this course, and a scratch checkout whose verbs meet them."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from typing import Any

from nbformat import writes

from course import command_line
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
