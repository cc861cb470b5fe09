"""Cells that are tried in the real kernel, and saved nowhere."""

from __future__ import annotations

import argparse
import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from nbformat import NotebookNode

from course.notebook.files import clear, replace_knobs
from course.run.runner import ENDING, Runner

# What takes long is compilation, and a kernel's uses one core.
AT_ONCE = 2
# A learner's machine may be slower: what is tested is the code, not the time it takes.
OPTIONS = {"keep_going": False, "timeout": 600}


def run(
    notebooks: list[tuple[str, NotebookNode]], options: argparse.Namespace
) -> list[Runner]:
    """Run notebooks from their beginning, two at any time, their long steps shortened, and
    return how each went. An interrupt is told and passed on."""
    runners = [prepare(name, notebook, options) for name, notebook in notebooks]
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        begun = [
            lanes.submit(lambda one=one: asyncio.run(one.run())) for one in runners
        ]
        try:
            for one in begun:
                one.result()
        except KeyboardInterrupt:
            for number in ENDING:  # the kernels are ended first
                signal.signal(number, signal.SIG_IGN)
            for one, runner in zip(begun, runners, strict=True):
                if not one.cancel() and not one.done():
                    runner.stop()
            raise
    return runners


def prepare(name: str, notebook: NotebookNode, options: argparse.Namespace) -> Runner:
    clear(notebook)
    with suppress(ValueError):  # a notebook without this knob
        replace_knobs([notebook], {"TIME_SCALE": options.time_scale})
    return Runner(name, notebook, argparse.Namespace(**vars(options), **OPTIONS))
