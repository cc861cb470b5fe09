"""Hold the notebooks of the course to its rules."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from course.check import minutes
from course.check.alone import test_alone
from course.check.exercises import test_exercises
from course.check.lesson import Finding, Lesson, Rule, name_of
from course.check.rules import (
    layers,
    outputs,
    slides,
    source,
    structure,
    teaching,
    text,
)
from course.notebook.files import NAMES, find, read

OF_A_NOTEBOOK = [*structure.RULES, *layers.RULES, *text.RULES, *slides.RULES]
OF_OUTPUTS = [*outputs.RULES, *slides.OF_OUTPUTS]
OF_THE_COURSE = [source.coverage, teaching.plans]


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks for; 0 if nothing was found."""
    if options.rules:
        print(rules_as_text())
        return 0
    try:
        paths = find(options.folder, options.notebooks)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    course = sorted(options.folder.glob("*.ipynb"))
    lessons, findings = [], []
    for path in paths:
        try:
            lessons.append(Lesson.open(path, course, options.root))
        except ValueError as error:  # `read` has made it a line
            problem = str(error).replace(f"{options.root}{os.sep}", "")
            findings.append(f"{problem} [format]")
    if options.coverage:
        print(source.table(lessons))
        return 1 if findings or any(source.coverage(lessons)) else 0
    if options.minutes:
        print(minutes.table(lessons))
        return 1 if findings else 0
    findings += find_all(lessons, rules_for(options))
    for asked, test in [
        (options.exercises, test_exercises),
        (options.alone, test_alone),
    ]:
        if asked and not findings:
            try:
                return test(lessons, options)
            except KeyboardInterrupt:
                return 130
    if not options.notebooks and not in_kernel(options):
        for rule in OF_THE_COURSE:
            problems = [Finding(problem) for problem in rule(lessons)]
            findings += [f.line("notebooks", name_of(rule)) for f in problems]
    return report(lessons, findings)


def in_kernel(options: argparse.Namespace) -> bool:
    return options.exercises or options.alone


def rules_for(options: argparse.Namespace) -> list[Rule]:
    if in_kernel(options):  # no more than these tests build on
        return [structure.exercises]
    return OF_A_NOTEBOOK + ([] if options.no_outputs else OF_OUTPUTS)


def find_all(lessons: list[Lesson], rules: list[Rule]) -> list[str]:
    """Return a line for each finding in a notebook."""
    findings = []
    for lesson in lessons:
        where = shown(lesson.path, lesson.root)
        for rule in rules:
            findings += [f.line(where, name_of(rule)) for f in rule(lesson)]
    return findings


def report(lessons: list[Lesson], findings: list[str]) -> int:
    """Print the findings and a line of figures; 1 if there are any."""
    for line in findings:
        print(line)
    cells = sum(len(lesson.notebook.cells) for lesson in lessons)
    medians = ", ".join(
        f"{lesson.path.stem[:2]}: {structure.median_lines(lesson):g}"
        for lesson in lessons
    )
    print(f"notebooks: {len(lessons)}, cells: {cells}, findings: {len(findings)}")
    print(f"median lines of a code cell: {medians}")
    return 1 if findings else 0


def shown(path: Path, root: Path) -> str:
    """Return a path as a reader in the checkout would type it."""
    path = path.resolve()
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def rules_as_text() -> str:
    """Return the rules as Markdown; the docstrings are their only documentation."""
    lines = [f"- **format**: {read.__doc__}"]
    for rule in [*OF_A_NOTEBOOK, *OF_OUTPUTS, *OF_THE_COURSE]:
        lines.append(f"- **{name_of(rule)}**: {' '.join((rule.__doc__ or '').split())}")
    return "\n".join(lines)


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "check",
        help="hold notebooks to the rules of the course",
        description="Hold notebooks to the rules of the course, one line per finding.",
        epilog="Rules:\n" + rules_as_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(main=main)
    parser.add_argument(
        "notebooks",
        nargs="*",
        metavar="NOTEBOOK",
        help=f"{NAMES}, and then the rules of the course as a whole, too",
    )
    parser.add_argument(
        "--no-outputs",
        action="store_true",
        help="leave out the rules on outputs, for a notebook in progress or a handout",
    )
    parser.add_argument(
        "--exercises",
        action="store_true",
        help="instead of the rules: run the notebooks in the real kernel, "
        "each exercise as it is and answered wrongly (its check must fail) and solved "
        "(it must pass)",
    )
    parser.add_argument(
        "--alone",
        action="store_true",
        help="instead of the rules: run each section of 02, 05 and 06 behind the setup "
        "cell alone, and of the other notebooks all that is core, in the real kernel",
    )
    parser.add_argument(
        "--time-scale",
        default="0.1",
        metavar="FACTOR",
        help="TIME_SCALE for --exercises and --alone, default %(default)s",
    )
    for name, what in [
        ("--rules", "the rules as Markdown"),
        ("--coverage", "the pieces of the source, and the cells that cover them"),
        ("--minutes", "how long each section takes, and by which model"),
    ]:
        parser.add_argument(name, action="store_true", help=f"only show {what}")
