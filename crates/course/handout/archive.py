"""One archive with all that a class needs: a checkout of the course that is made for it."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from course.export import command as export
from course.handout.strip import copy, unlink

# Of the checkout, beside its notebooks; what else lies in it is the teacher's own.
FILES = (
    ".dockerignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "kernel-setup.sh",
    "requirements.txt",
)
FOLDERS = (".binder", ".devcontainer", "crates", "notebooks/images")
TEACHERS = "notebooks/TEACHING.md"  # which the README links to
MADE_HERE = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "target")
START = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=html/index.html">
<title>The course</title>
<p><a href="html/index.html">The course</a></p>
</html>
"""


def write(paths: list[Path], options: argparse.Namespace) -> int:
    """Write the archive, all of it or nothing."""
    target = (options.output or Path("handout.zip")).with_suffix(".zip").absolute()
    if not target.parent.is_dir():
        raise ValueError(f"there is no folder {target.parent} for the archive")
    with tempfile.TemporaryDirectory() as temp:
        course = Path(temp, target.stem)
        lay_out(course, paths, options)
        write_pages(course, options)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            made = shutil.make_archive(str(unfinished), "zip", temp, course.name)
            Path(made).replace(target)
        finally:
            Path(f"{unfinished}.zip").unlink(missing_ok=True)
    print(f"{target}  {target.stat().st_size / 1e6:.1f} MB")
    print(f"A learner unpacks it and opens {target.stem}/START.html.")
    return 0


def lay_out(course: Path, paths: list[Path], options: argparse.Namespace) -> None:
    """Put the files of the archive into their places."""
    gone = {path.stem for path in options.folder.glob("*.ipynb")}
    gone -= {path.stem for path in paths}
    parts = {
        "solutions": not options.no_solutions,
        "outputs": not options.no_outputs,
    }
    for path in paths:
        copy(path, course / "notebooks" / path.name, gone, **parts)
    for name in FILES + (TEACHERS,):
        if (options.root / name).exists():
            shutil.copy(options.root / name, course / name)
    readme = course / "README.md"
    if readme.exists():
        readme.write_text(unlink(readme.read_text("utf-8"), gone), encoding="utf-8")
    for name in FOLDERS:
        if (options.root / name).is_dir():
            shutil.copytree(options.root / name, course / name, ignore=MADE_HERE)
    (course / "START.html").write_text(START, encoding="utf-8")


def write_pages(course: Path, options: argparse.Namespace) -> None:
    """Make the site of these notebooks inside the archive."""
    folder = course / "notebooks"
    paths = sorted(folder.glob("*.ipynb"))
    made = {"root": course, "folder": folder, "output": course / "html"}
    site = {"slides": False, "no_outputs": options.no_outputs}
    export.export(paths, argparse.Namespace(**made, **site))
