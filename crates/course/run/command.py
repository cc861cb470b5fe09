"""Execute the notebooks of the course with nbclient and refresh their outputs."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from pathlib import Path
from time import monotonic

from nbformat import NotebookNode

from course.notebook.files import (
    KERNELSPEC,
    NAMES,
    clear,
    find,
    read,
    replace_knobs,
    save,
)
from course.notebook.fingerprint import made_with
from course.notebook.shown import line
from course.run.runner import Runner

LONGEST_SECONDS = 600


def main(options: argparse.Namespace) -> int:
    """Do what the command line asks for; 0 if no notebook failed."""
    written = 0
    try:
        notebooks = {p: read(p) for p in find(options.folder, options.notebooks)}
        refuse_other_languages(notebooks)
        replace_knobs(notebooks.values(), dict(options.set))
        targets = {p: (options.output or p.parent) / p.name for p in notebooks}
        refuse_to_change_sources(options, targets)
        for path, notebook in notebooks.items():
            clear(notebook)
            if options.clear and not (options.new_only and targets[path].exists()):
                save(notebook, targets[path], made_with(options.root))
                written += 1
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.clear:
        kept = len(notebooks) - written
        print(f"in {options.output}: {written} written without outputs, {kept} kept")
        return 0
    return execute_all(notebooks, targets, options)


def add_parser(verbs: argparse._SubParsersAction) -> None:
    parser = verbs.add_parser(
        "run",
        help="execute notebooks and refresh their outputs",
        description="Execute notebooks and refresh their outputs.",
        epilog="A notebook that fails is not saved; what it gave is in target/failed/.",
    )
    parser.set_defaults(main=main)
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help=NAMES)
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="write copies to DIR and leave the notebooks as they are",
    )
    parser.add_argument(
        "--set",
        type=knob,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="replace the value of a knob, in copies (--output)",
    )
    parser.add_argument(
        "--clear",
        action="store_true",
        help="execute nothing, write copies (--output) without outputs, to hand out; "
        "in a folder beside notebooks/ their `../crates` stays right",
    )
    parser.add_argument(
        "--new-only",
        action="store_true",
        help="with --clear: leave copies that are there as they are",
    )
    parser.add_argument(
        "--keep-going",
        action="store_true",
        help="go on in a notebook after a cell that failed",
    )
    parser.add_argument(
        "--timeout",
        type=int,
        default=LONGEST_SECONDS,
        metavar="SECONDS",
        help="longest time one cell may take, default %(default)s",
    )


def run_copies(paths: list[Path], output: Path, options: argparse.Namespace) -> int:
    """Execute copies of notebooks in another folder; 0 if none failed."""
    return main(
        argparse.Namespace(
            root=options.root,
            folder=options.folder,
            notebooks=[str(path) for path in paths],
            output=output,
            set=[],
            clear=False,
            new_only=False,
            keep_going=False,
            timeout=LONGEST_SECONDS,
        )
    )


def knob(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not (name.isidentifier() and value.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value.strip()


def refuse_other_languages(notebooks: dict[Path, NotebookNode]) -> None:
    """A notebook in Python would come back as one in Rust, with errors for outputs."""
    for path, notebook in notebooks.items():
        about = notebook.metadata
        language = about.get("kernelspec", {}).get("language") or about.get(
            "language_info", {}
        ).get("name", "rust")
        if str(language).lower() != KERNELSPEC["language"]:
            told = f"{path} is a notebook in {line(str(language))}, not in Rust"
            raise ValueError(
                f"{told}: choose the kernel Rust in JupyterLab and save it"
            )


def refuse_to_change_sources(
    options: argparse.Namespace, targets: dict[Path, Path]
) -> None:
    in_place = any(
        target.resolve() == path.resolve() for path, target in targets.items()
    )
    for option in ("set", "clear"):
        if in_place and getattr(options, option):
            raise ValueError(
                f"--{option} would change the notebooks themselves; "
                "name another folder for copies with --output DIR"
            )
    for folder in {target.parent for target in targets.values()}:
        if folder.exists() and not os.access(folder, os.W_OK):
            raise ValueError(
                f"{folder} is read-only: name a folder for copies with --output DIR"
            )


def execute_all(
    notebooks: dict[Path, NotebookNode],
    targets: dict[Path, Path],
    options: argparse.Namespace,
) -> int:
    """Execute one after the other, as their timings are measured, and sum up."""
    start = monotonic()
    runners = []
    for path, notebook in notebooks.items():
        crates = made_with(options.root)
        runner = Runner(path.stem, notebook, options)
        try:
            asyncio.run(runner.run())
        except KeyboardInterrupt:
            runner.say("stopped, not saved")
            return 130
        runners.append(runner)
        failed = options.root / "target" / "failed" / path.name
        failed.unlink(missing_ok=True)
        save(notebook, failed if runner.failures else targets[path], crates)
        if runner.failures:
            runner.say(f"is not saved; what it gave is in target/failed/{path.name}")
    return summary(runners, monotonic() - start)


def summary(runners: list[Runner], seconds: float) -> int:
    verdicts = sum((r.claims for r in runners), Counter())
    cells = sum(r.done for r in runners)
    failed = [r.name for r in runners if r.failures]
    print(
        f"notebooks: {len(runners)}, cells: {cells}, {seconds:.1f} s\n"
        f"claims: {verdicts['holds']} hold, {verdicts['fails']} do not hold here, "
        f"{verdicts['untested']} not tested\n"
        f"failed: {', '.join(failed) or 'none'}"
    )
    return 1 if failed else 0
