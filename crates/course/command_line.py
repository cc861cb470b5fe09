"""The command `course`: one parser, with a verb for each folder that has a command."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course import environment
from course.bench import command as bench
from course.board import command as board
from course.check import command as check
from course.export import command as export
from course.handout import command as handout
from course.results import command as results
from course.run import command as run

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Do what the command line asks for."""
    options = parse(sys.argv[1:])
    try:
        environment.prepare(options.root)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return options.main(options)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of a verb, and in `main` the function that carries it out."""
    parser = argparse.ArgumentParser(
        prog="course",
        description="Runs, checks, measures, exports, hands out and grades the notebooks of this course.",
    )
    # The tests have small checkouts of their own.
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in (run, check, bench, export, handout, results, board):
        verb.add_parser(verbs)
    options = parser.parse_args(arguments)
    options.root = options.root.resolve()
    options.folder = options.root / "notebooks"
    return options
