"""Write what the notebooks of a class say about its exercises as a table."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from dataclasses import astuple, fields
from pathlib import Path

from course.notebook import shown
from course.notebook.files import find, read
from course.results.read import Course, Row, notebooks_in

# What a formula begins with; a spreadsheet takes the wide forms of the signs as well.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "results",
        help="write a table of the exercises that a class has solved",
        description="Write one row for each learner and exercise, as CSV, from the "
        "notebooks that the learners have run and saved.",
        epilog="A notebook that is not there gives no rows. The verdicts: correct, not yet, "
        "not run, error, check changed (it is not the course's), missing.",
    )
    parser.set_defaults(main=main)
    parser.add_argument(
        "class_folder",
        type=Path,
        metavar="FOLDER",
        help="holds LEARNER.ipynb, or folders LEARNER/ with notebooks, at any depth",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the table, default results.csv in FOLDER",
    )


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks for; 0 if every notebook could be read."""
    folder = options.class_folder
    output = options.output or folder / "results.csv"
    try:
        if not folder.is_dir():
            raise ValueError(f"{folder} is no folder: name the one with the notebooks")
        rows, unread = collect(folder, Course(find(options.folder, [])))
        if not rows and not unread:
            raise ValueError(
                f"no notebook in {folder}: put them there as LEARNER.ipynb or "
                "LEARNER/03-fibonacci.ipynb"
            )
        write(rows, output)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    tell(rows, unread, output)
    return 1 if unread else 0


def collect(folder: Path, course: Course) -> tuple[list[Row], list[str]]:
    """Return the rows, and a line for each notebook that could not be read. Of two copies
    of one learner's the one that was saved last counts."""
    found: dict[tuple[str, str], list[Row]] = {}
    handed_in, unread = notebooks_in(folder)
    for learner, path in sorted(handed_in, key=lambda it: -saved(it[1])):
        file = path.relative_to(folder).as_posix()
        try:
            notebook = read(path)
        except (OSError, ValueError) as error:
            unread.append(str(error))
            continue
        name = course.which(path, notebook)
        if name is None:
            unread.append(f"{path} is no notebook of this course")
        elif other := found.get((learner, name)):
            unread.append(f"{path} is older than {other[0].file}")
        else:
            found[learner, name] = [*course.rows(learner, name, notebook, file)]
    return [row for key in sorted(found) for row in found[key]], unread


def saved(path: Path) -> int:
    # A link that leads nowhere has a time of its own; `read` says what it is.
    return path.lstat().st_mtime_ns


def write(rows: list[Row], output: Path) -> None:
    """Write the table, all of it or nothing."""
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(field.name for field in fields(Row))
            table.writerows(tuple(map(plain, astuple(row))) for row in rows)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def plain(text: str) -> str:
    """Return a field as one line that a spreadsheet takes for no formula: names are the
    learners'."""
    line = shown.line(text)
    return f"'{line}" if line.startswith(FORMULA) else line


def tell(rows: list[Row], unread: list[str], output: Path) -> None:
    """Sum up, and say what could not be read."""
    for line in unread:
        print(f"not read: {shown.line(line)}", file=sys.stderr)
    said = Counter(row.verdict for row in rows)
    counts = ", ".join(f"{number} {verdict}" for verdict, number in said.most_common())
    learners = len({row.learner for row in rows})
    print(f"learners: {learners}, exercises: {len(rows)} ({counts or 'none'})")
    print(f"not read: {len(unread)}; the table is {output}")
