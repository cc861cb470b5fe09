"""Rules on the outputs that are committed with a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from course.check.lesson import Finding, Images, Lesson, Rule, headings
from course.notebook.cells import is_executed
from course.notebook.fingerprint import made_with, outputs_of
from course.notebook.verdict import claims, judge, private_paths

HOMES = re.compile(r"(?<![\w.-])(/home/[\w.-]+|/Users/[\w.-]+|/root)(?=/)")


def never_run(lesson: Lesson) -> Iterator[Finding]:
    """Every code cell was run."""
    cells = [cell for cell in lesson.code if is_executed(cell)]
    missing = [cell for cell in cells if not cell.execution_count]
    if cells and len(missing) == len(cells):
        yield Finding("it was never run: `./kernel-setup.sh run` it")
    else:
        yield from (Finding("it was never run", cell) for cell in missing)


def stale_outputs(lesson: Lesson) -> Iterator[Finding]:
    """The outputs are those of this code and these tags, made with these crates: of
    both, `course run` writes a fingerprint into the metadata, and here it is compared.
    Comments and tests in a crate do not count."""
    kept = lesson.notebook.metadata.get("course")
    run_it = f"`./kernel-setup.sh run {lesson.path.stem.partition('-')[0]}`"
    if kept is None:
        if any(cell.execution_count for cell in lesson.code):
            yield Finding(f"its outputs were not made by `course run`: {run_it}")
        return
    now = {
        "outputs_of": outputs_of(lesson.notebook),
        "made_with": made_with(lesson.root),
    }
    for key, what in [("outputs_of", "its code or tags"), ("made_with", "the crates")]:
        if kept.get(key) != now[key]:
            yield Finding(f"{what} changed since its outputs were made: {run_it}")
    if unknown := set(kept) - set(now):
        yield Finding(f"metadata {', '.join(sorted(unknown))} is unknown: {run_it}")


def outcomes(lesson: Lesson) -> Iterator[Finding]:
    """A cell did what its tags say: no error without raises-exception, no text on
    stderr without stderr-expected; and it shows no path of this checkout or of
    anybody's home folder."""
    private = private_paths(lesson.root)
    for cell in lesson.code:
        if cell.execution_count and (failure := judge(cell, private)):
            yield Finding(failure.reason, cell)
        if home := HOMES.search(json.dumps(cell.outputs, ensure_ascii=False)):
            yield Finding(f"its output shows the home folder {home[0]}", cell)


def failed_claims(lesson: Lesson) -> Iterator[Finding]:
    """No claim in a saved output says "does not hold here": what the course shows, it
    keeps. (`course run` only warns of one: a learner's machine may be another.)"""
    for cell in lesson.code:
        if any(verdict == "fails" for verdict, _ in claims(cell)):
            problem = (
                "a claim in its saved output does not hold: run it on a quiet machine"
            )
            yield Finding(problem, cell)


def output_alt_text(lesson: Lesson) -> Iterator[Finding]:
    """A picture in an output is an `<img>` in HTML, with alternative text."""
    for cell in lesson.code:
        for output in cell.outputs:
            data = output.get("data", {})
            if missing := Images(data.get("text/html", "")).without_alt():
                yield Finding(f"{missing} <img> without alt in its output", cell)
            for kind in [kind for kind in data if kind.startswith("image/")]:
                yield Finding(f"a bare {kind} has no alternative text", cell)


def unread_figures(lesson: Lesson) -> Iterator[Finding]:
    """A figure is read back: before the next heading there is text, or a claim."""
    for place, cell in enumerate(lesson.notebook.cells):
        if shows_figure(cell) and not is_read(lesson.notebook.cells[place + 1 :]):
            yield Finding("neither text nor a claim says what its figure shows", cell)


def shows_figure(cell: NotebookNode) -> bool:
    pages = [o.get("data", {}).get("text/html", "") for o in cell.get("outputs", [])]
    return any(Images(page).found for page in pages)


def is_read(following: list[NotebookNode]) -> bool:
    for cell in following:
        if cell.cell_type == "markdown":
            return not (headings(cell) and cell.source.startswith("#"))
        if re.search(r"\bclaim\(", cell.source):
            return True
    return False


RULES: list[Rule] = [never_run, stale_outputs, outcomes, failed_claims]
RULES += [output_alt_text, unread_figures]
