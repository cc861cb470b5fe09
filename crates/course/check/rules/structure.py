"""Rules on the notebook as a whole: its file, its parts, its cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from statistics import median

import nbformat
from nbformat import NotebookNode

from course.check.lesson import (
    Finding,
    Lesson,
    Rule,
    folded_code,
    headings,
    of_type,
)
from course.check.rules.source import TAGS as SOURCE_TAGS
from course.notebook.cells import tags
from course.notebook.exercises import exercise_parts
from course.notebook.files import KERNELSPEC, LANGUAGE_INFO

MOST_LINES = 15
MEDIAN_LINES = 4
CODE_CELLS_IN_A_ROW = 4
DEP = ':dep notebook = { path = "../crates/notebook" }'
HEADER = ["**Question.**", "**Afterwards you can**", "**Time:**", "**Before:**"]
HEADER += ["**Reproduces**"]
TAGS = {"knobs", "raises-exception", "stderr-expected", "skip-execution"}
LAYERS = {"core", "extra", "answer"}
FOLDED = {"solution": "Solution", "wrong": "Typical wrong answers"}
KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What nbformat and JupyterLab make up.
MADE_UP_ID = re.compile(r"(?=[a-f]*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")


def file(lesson: Lesson) -> Iterator[Finding]:
    """The file is, byte for byte, what JupyterLab and `course run` write:
    saving it unchanged makes no difference. Metadata: kernelspec, language_info,
    and the fingerprints of `course run`; a cell has tags and, if it is marked for a slide,
    that mark, and nothing else."""
    metadata = dict(lesson.notebook.metadata)
    metadata.pop("course", None)
    if metadata != {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}:
        yield Finding("its metadata is not what `course run` writes")
    for cell in lesson.notebook.cells:
        if extra := set(cell.metadata) - {"tags", "slide"}:
            problem = f"metadata {', '.join(sorted(extra))}, only tags and slide may"
            yield Finding(problem, cell)
    written = nbformat.writes(lesson.notebook) + "\n"
    if lesson.path.read_text(encoding="utf-8") != written:
        yield Finding("saving it would change the file: save it in JupyterLab")


def ids(lesson: Lesson) -> Iterator[Finding]:
    """A cell id is kebab-case and readable, up to 40 letters: `run-threads`. It is a
    link target, so it stays as it is. (Two equal ids make the file invalid.)"""
    for cell in lesson.notebook.cells:
        if not KEBAB.fullmatch(cell.id) or len(cell.id) > 40:
            yield Finding("its id is not kebab-case of up to 40 letters", cell)
        elif MADE_UP_ID.fullmatch(cell.id):
            yield Finding("its id was made up by a program: give it a name", cell)


def known_tags(lesson: Lesson) -> Iterator[Finding]:
    """Tags: core or extra, answer; knobs, raises-exception (with error-E0373: in that error), stderr-expected,
    skip-execution; source-in-N on code and source-sec-... on text, as listed by
    `course check --coverage`."""
    for cell in lesson.notebook.cells:
        for tag in tags(cell):
            is_code = cell.cell_type == "code"
            if re.fullmatch(r"error-E\d{4}", tag):
                if "raises-exception" not in tags(cell):
                    yield Finding(f"tag {tag} without raises-exception", cell)
            elif tag.startswith("source-sec-") and is_code:
                yield Finding(f"tag {tag} belongs to text, this is code", cell)
            elif (tag in TAGS or tag.startswith("source-in-")) and not is_code:
                yield Finding(f"tag {tag} belongs to code, this is text", cell)
            elif tag not in TAGS | LAYERS | SOURCE_TAGS:
                yield Finding(f"tag {tag} is unknown", cell)


def header(lesson: Lesson) -> Iterator[Finding]:
    """The first cell: the title; then Question, Afterwards you can, Time (in minutes),
    Before, Reproduces, in bold and in this order."""
    first = lesson.notebook.cells[0] if lesson.notebook.cells else None
    if (
        first is None
        or first.cell_type != "markdown"
        or not first.source.startswith("# ")
    ):
        yield Finding("the first cell is not the header, a title with `# `", first)
        return
    missing = [word for word in HEADER if word not in first.source]
    if missing:
        yield Finding(f"the header lacks {', '.join(missing)}", first)
    elif sorted(HEADER, key=first.source.index) != HEADER:
        yield Finding("the parts of the header are out of order", first)
    if "**Time:**" in first.source and not re.search(
        r"\*\*Time:\*\* \d+ minutes", first.source
    ):
        yield Finding("the header names no `**Time:** N minutes`", first)


def setup(lesson: Lesson) -> Iterator[Finding]:
    """The first code cell is the one tagged `knobs`. It begins with the `:dep` line of
    the course; its `use` lines name what they take; a heading Setup is above it."""
    knobs = [cell for cell in lesson.code if "knobs" in tags(cell)]
    if len(knobs) != 1 or knobs[0] is not lesson.code[0]:
        yield Finding(
            f"{len(knobs)} cells tagged knobs; the first code cell must be it"
        )
        return
    cell = knobs[0]
    if not cell.source.startswith(DEP + "\n"):
        yield Finding(f"it does not begin with the line {DEP}", cell)
    if re.search(r"^use .*\*", cell.source, re.MULTILINE):
        yield Finding("a `use` line takes everything (*)", cell)
    above = lesson.notebook.cells[: lesson.notebook.cells.index(cell)]
    titles = [t for c in above if c.cell_type == "markdown" for t in headings(c)]
    if not titles or titles[-1] != (2, "Setup"):
        yield Finding("the heading above it is not `## Setup`", cell)


def exercises(lesson: Lesson) -> Iterator[Finding]:
    """Three exercises or more under `## Exercises` or `## Quiz`. Each: code
    `exercise-NAME`, to be changed; code `exercise-NAME-check`, which calls `check` or
    `quiz`; text `exercise-NAME-solution`, folded in `<details>`, with one block of code;
    and, but for a `quiz`, folded text `exercise-NAME-wrong`, a block for each answer that
    the check must not take."""
    titles = [title for cell in lesson.markdown for title in headings(cell)]
    if not {(2, "Exercises"), (2, "Quiz")} & set(titles):
        yield Finding("there is no heading `## Exercises` or `## Quiz`")
    found = exercise_parts(lesson.notebook)
    if len(found) < 3:
        yield Finding(f"{len(found)} exercises, at least 3")
    for name, parts in found.items():
        yield from complete(lesson, name, parts)


def complete(
    lesson: Lesson, name: str, parts: dict[str, NotebookNode]
) -> Iterator[Finding]:
    """Yield what is wrong with one exercise."""
    wanted = ["stub", "check", "solution"]
    if missing := [part for part in wanted if part not in parts]:
        yield Finding(f"exercise-{name} has no {', no '.join(missing)}")
        return
    if "quiz(" not in parts["check"].source and "wrong" not in parts:
        yield Finding(f"exercise-{name} names no typical wrong answer")
    there = [part for part in [*wanted, "wrong"] if part in parts]
    places = [lesson.notebook.cells.index(parts[part]) for part in there]
    if places != sorted(places):
        yield Finding(f"exercise-{name}: stub, check, solution, wrong is the order")
    if not re.search(r"\b(check|quiz)\(", parts["check"].source):
        yield Finding("it calls neither `check` nor `quiz`", parts["check"])
    for part, title in FOLDED.items():
        if part in parts:
            yield from folded(parts[part], title)
    if (blocks := len(folded_code(parts["solution"]))) != 1:
        yield Finding(f"{blocks} blocks of code, exactly 1", parts["solution"])
    if "wrong" in parts and not folded_code(parts["wrong"]):
        yield Finding("no block of code", parts["wrong"])


def folded(cell: NotebookNode, title: str) -> Iterator[Finding]:
    begin = f"<details><summary>{title}</summary>"
    is_folded = cell.source.startswith(begin + "\n\n")
    if not is_folded or not cell.source.rstrip().endswith("</details>"):
        yield Finding(f"not folded in {begin}", cell)


def key_points(lesson: Lesson) -> Iterator[Finding]:
    """The last cell has the heading `## Key points`, with a list under it."""
    last = lesson.notebook.cells[-1]
    is_text = last.cell_type == "markdown"
    if not is_text or (2, "Key points") not in headings(last):
        yield Finding("the last cell has no heading `## Key points`", last)
    elif not of_type(last.source, "list"):
        yield Finding("the key points are no list", last)


def navigation(lesson: Lesson) -> Iterator[Finding]:
    """The last line of the last cell links the notebooks before and after this one:
    `**Previous:** [Title](01-name.ipynb) **Next:** [Title](03-name.ipynb)`."""
    names = [path.name for path in lesson.course]
    if lesson.path.name not in names:
        return
    place = names.index(lesson.path.name)
    last = lesson.notebook.cells[-1]
    last_line = (last.source.strip().splitlines() or [""])[-1]
    for word, there in [("Previous", place - 1), ("Next", place + 1)]:
        wanted = names[there] if 0 <= there < len(names) else None
        link = re.search(rf"\*\*{word}:\*\* \[[^\]]+\]\(([^)#]+)\)", last_line)
        found = link[1] if link else None
        if found != wanted:
            yield Finding(f"{word} links {found or 'nothing'}, not {wanted}", last)


def cell_length(lesson: Lesson) -> Iterator[Finding]:
    """A code cell has at most 15 lines; the median of a notebook is at most 4."""
    for cell in lesson.code:
        lines = cell.source.count("\n") + 1
        if lines > MOST_LINES:
            yield Finding(f"{lines} lines, at most {MOST_LINES}", cell)
    if (middle := median_lines(lesson)) > MEDIAN_LINES:
        yield Finding(f"the median of its code cells is {middle:g} lines, at most 4")


def median_lines(lesson: Lesson) -> float:
    return median([cell.source.count("\n") + 1 for cell in lesson.code] or [0])


def rhythm(lesson: Lesson) -> Iterator[Finding]:
    """Text and code take turns: at most 4 code cells in a row. No cell is empty."""
    for kind, run in groupby(lesson.notebook.cells, key=lambda cell: cell.cell_type):
        run = list(run)
        if kind == "code" and len(run) > CODE_CELLS_IN_A_ROW:
            problem = f"{len(run)} code cells in a row from here, at most 4"
            yield Finding(problem, run[0])
    for cell in lesson.notebook.cells:
        if not cell.source.strip():
            yield Finding("empty", cell)


def ascii_code(lesson: Lesson) -> Iterator[Finding]:
    """Code is ASCII: evcxr shows no error report for a cell with another letter."""
    for cell in lesson.code:
        if others := sorted(set(cell.source) - set(map(chr, range(128)))):
            yield Finding(f"non-ASCII: {' '.join(others)}", cell)


RULES: list[Rule] = [file, ids, known_tags, header, setup, exercises, key_points]
RULES += [navigation, cell_length, rhythm, ascii_code]
