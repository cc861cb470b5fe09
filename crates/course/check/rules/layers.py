"""Rules on what every reader takes, on what may be skipped, and on guesses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from nbformat import NotebookNode

from course.check import minutes as model
from course.check.lesson import Finding, Lesson, Rule, headings
from course.notebook.cells import is_extra, is_guess, tags

MARK = re.compile(r"(#+ .*\n+)?\*\*Extra\.\*\*")
NAME = r"[A-Za-z_]\w*"
DEFINED = re.compile(
    rf"\b(?:fn|const|static|struct|enum|trait|type|mod)\s+({NAME})"
    rf"|\blet\s+(?:mut\s+)?({NAME})|\blet\s+\(([^)=]*)\)"
)
# A row of a table of guesses: its name, and a dash for each guess that may be made.
ROW = r" *(\w\w+|=)( +(\w\w+|=))*( +-)*\n"
TABLE = rf'let {NAME} = mark\("\n({ROW})+ *"\)\?;'
GUESSES = re.compile(rf'(let {NAME} = predict\(""\)\?;\n?)+|{TABLE}')
# A header that is off by more is wrong.
FIFTH = 0.2


def layers(lesson: Lesson) -> Iterator[Finding]:
    """Each cell is tagged `core`, which every reader takes, or `extra`, which may be
    skipped. What is extra begins with a text that begins with `**Extra.**`, behind its
    heading if it has one; and so does each part of it that has a heading of its own."""
    for cell in lesson.notebook.cells:
        if len({"core", "extra"} & set(tags(cell))) != 1:
            yield Finding("it is tagged neither core nor extra, or both", cell)
    for extra, run in groupby(lesson.notebook.cells, key=is_extra):
        first = next(run)
        if extra and not (first.cell_type == "markdown" and MARK.match(first.source)):
            yield Finding("what is extra does not begin with `**Extra.**`", first)
    for cell in filter(is_extra, lesson.markdown):
        if headings(cell) and "**Extra.**" not in cell.source:
            yield Finding("its heading is extra, and no `**Extra.**` says so", cell)


def skippable(lesson: Lesson) -> Iterator[Finding]:
    """No core cell needs a name that only an extra cell defines."""
    in_core: set[str] = set()
    in_extra: dict[str, NotebookNode] = {}
    for cell in lesson.code:
        if "raises-exception" in tags(cell):
            continue
        names = defined(cell.source)
        if is_extra(cell):
            in_extra |= dict.fromkeys(names - in_core, cell)
            continue
        words = set(re.findall(NAME, re.sub(r'"[^"]*"|//.*', "", cell.source)))
        for name in sorted(words & set(in_extra) - in_core - names):
            where = in_extra[name].id
            yield Finding(f"it needs {name} of the extra cell {where}", cell)
        in_core |= names


def defined(source: str) -> set[str]:
    """Return the names that code defines where a later cell may see them."""
    names: set[str] = set()
    for line in source.splitlines():
        if line.startswith((" ", "}")):
            continue
        for single, let, several in DEFINED.findall(line):
            names |= {single, let, *re.findall(NAME, several)} - {"", "mut", "_"}
    return names


def minutes(lesson: Lesson) -> Iterator[Finding]:
    """The header states how long the notebook takes, `**Time:** 30 minutes, 55 with all
    that is marked *extra*`, and is off by a fifth at the most from what `course check
    --minutes` computes."""
    head = lesson.notebook.cells[0]
    if not (stated := model.stated(lesson)):
        return
    cells = lesson.notebook.cells
    core = model.minutes([c for c in cells if not is_extra(c)])
    for what, says, computed in [
        ("core", stated[0], core),
        ("all", stated[1], model.minutes(cells)),
    ]:
        if abs(says - computed) > FIFTH * says:
            yield Finding(f"{what}: it says {says} minutes, not {computed:.0f}", head)


def guesses(lesson: Lesson) -> Iterator[Finding]:
    """A guess is a cell of its own, with nothing but lines `let NAME = predict("")?;`, or
    with one table, `let NAME = mark("...")?;`, of names and dashes; it stands
    right behind a text with **Predict.**; and such a text has such a cell behind it.
    Between it and the next guess or section a cell tagged `answer` shows what was
    guessed."""
    cells = lesson.notebook.cells
    for place, cell in enumerate(cells):
        before = cells[place - 1].source if place else ""
        after = cells[place + 1].source if place + 1 < len(cells) else ""
        if cell.cell_type == "markdown":
            if "**Predict.**" in cell.source and not GUESSES.fullmatch(after):
                yield Finding("no cell for the guess behind it", cell)
        elif is_guess(cell):
            if not GUESSES.fullmatch(cell.source):
                problem = (
                    'a guess is `let NAME = predict("")?;`, alone, or a table of dashes'
                )
                yield Finding(problem, cell)
            elif "**Predict.**" not in before:
                yield Finding("the text above it does not say **Predict.**", cell)
            elif not is_answered(cells[place + 1 :]):
                yield Finding("no cell tagged answer follows it", cell)


def is_answered(following: list[NotebookNode]) -> bool:
    for cell in following:
        if "answer" in tags(cell):
            return True
        if cell.source.startswith("## ") or GUESSES.fullmatch(cell.source):
            return False
    return False


def unique_headings(lesson: Lesson) -> Iterator[Finding]:
    """No two headings of a notebook are the same: a link to the second leads to the
    first."""
    titles = [title for cell in lesson.markdown for _, title in headings(cell)]
    for title, times in Counter(titles).items():
        if times > 1:
            yield Finding(f"{times} headings are called {title!r}")


RULES: list[Rule] = [layers, skippable, minutes, guesses, unique_headings]
