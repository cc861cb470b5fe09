"""Cells that are tried in the real kernel, and saved nowhere."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress

from nbformat import NotebookNode

from course.notebook.files import clear, replace_knobs
from course.run.runner import Runner

# A learner's machine may be slower: what is tested is the code, not the time it takes.
OPTIONS = {"keep_going": False, "timeout": 600}


def run(name: str, notebook: NotebookNode, options: argparse.Namespace) -> Runner:
    """Run a notebook from its beginning, its long steps shortened, and return how it
    went. An interrupt is told and passed on."""
    clear(notebook)
    with suppress(ValueError):  # a notebook without this knob
        replace_knobs([notebook], {"TIME_SCALE": options.time_scale})
    runner = Runner(name, notebook, argparse.Namespace(**vars(options), **OPTIONS))
    try:
        asyncio.run(runner.run())
    except KeyboardInterrupt:
        runner.say("stopped")
        raise
    return runner
