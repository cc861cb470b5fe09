"""Make one archive of the course to hand out, or assignments for nbgrader."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course.handout import archive, nbgrader
from course.notebook.files import NAMES, find


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "handout",
        help="make one archive of the course for a class, or assignments for nbgrader",
        description="Make one archive of the course for a class: notebooks, their pages to "
        "read, and all that sets the course up.",
        epilog="A learner unpacks it and opens START.html.",
    )
    parser.set_defaults(main=main)
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=NAMES)
    parser.add_argument(
        "--no-solutions",
        action="store_true",
        help="leave out the solutions of the exercises and the typical wrong answers",
    )
    parser.add_argument(
        "--no-outputs",
        action="store_true",
        help="leave out the outputs, in which the answers to the guesses are",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the archive, default handout.zip where you are",
    )
    where.add_argument(
        "--nbgrader",
        type=Path,
        metavar="DIR",
        help="make no archive, but a course folder for nbgrader: an assignment of each "
        "notebook, without solutions and outputs, a point for each exercise",
    )


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks for; 0 if it was written."""
    try:
        paths = find(options.folder, options.notebooks)
        if options.nbgrader:
            return nbgrader.write(paths, options.nbgrader)
        return archive.write(paths, options)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
