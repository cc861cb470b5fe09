"""Measure how long the cells of the notebooks keep a learner waiting.

Each notebook runs on the course's kernel and on a stock one, one after the other. A
cell's own run time is taken off. Then kernels start that find a spare one.
"""

from __future__ import annotations

import argparse
import signal
import sys
from time import monotonic

from nbformat import NotebookNode

from course.bench.ready import measure_ready
from course.bench.table import report
from course.bench.waits import Waits, measure
from course.notebook.files import NAMES, find, read, replace_knobs


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks for; 0 if something was measured."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # kernels and folders end with it
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    try:
        paths = find(options.folder, options.notebooks)
        notebooks = {path.stem: read(path) for path in paths}
        replace_knobs(notebooks.values(), {"TIME_SCALE": options.scale})
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    pairs = measure_all(notebooks, options)
    report(pairs, measure_ready(options.root, options.spares))
    return 0


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "bench",
        help="measure how long the cells keep a learner waiting",
        description=__doc__,
    )
    parser.set_defaults(main=main)
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=NAMES)
    parser.add_argument("--scale", default="0.01", help="the knob TIME_SCALE")
    parser.add_argument(
        "--spares",
        type=int,
        default=3,
        help="how many starts with a spare kernel are timed, beside as many of Python's",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=15,
        help="begin no further notebook after this time",
    )


def measure_all(
    notebooks: dict[str, NotebookNode], options: argparse.Namespace
) -> list[tuple[Waits, Waits]]:
    """Return what both kernels needed for each notebook, until the time is over."""
    pairs, begun = [], monotonic()
    for number, (name, notebook) in enumerate(notebooks.items()):
        if pairs and monotonic() - begun > 60 * options.minutes:
            print(
                f"{options.minutes} minutes are over: {number} notebooks of"
                f" {len(notebooks)} measured"
            )
            break
        pair = []
        for ours in (True, False):
            waits = measure(options.root, notebook, ours)
            pair.append(waits)
            print(
                f"{name:24}{'course' if ours else 'stock':8}"
                f"ready {waits.ready:5.2f} s   first cell {waits.cells[0]:6.2f} s   "
                f"{len(waits.cells)} cells {sum(waits.cells):6.2f} s",
                flush=True,
            )
        pairs.append(tuple(pair))
    return pairs
