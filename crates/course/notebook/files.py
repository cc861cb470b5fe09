"""Find, read, change and write notebook files."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning

from course.notebook import shown
from course.notebook.cells import tags
from course.notebook.fingerprint import outputs_of
from course.notebook.foreign import bad, data_of, invalid, text_of

# How `find` is explained where notebooks are named.
NAMES = "number, name or path, as in 03 or 03-fibonacci; default: all"
LONGEST_NAME = 200
KERNELSPEC = {"display_name": "Rust", "language": "rust", "name": "rust"}
# What evcxr 0.22 says of itself.
LANGUAGE_INFO = {
    "codemirror_mode": "rust",
    "file_extension": ".rs",
    "mimetype": "text/rust",
    "name": "Rust",
    "pygment_lexer": "rust",
    "version": "",
}


def find(folder: Path, names: list[str]) -> list[Path]:
    """Return the notebooks of these names, each once; all of `folder` for no names."""
    known = sorted(folder.glob("*.ipynb"))
    if not known and not names:
        raise ValueError(f"no notebook in {folder}")
    found = [find_one(known, name) for name in names]
    return list(dict.fromkeys(found or known))


def find_one(known: list[Path], name: str) -> Path:
    """Return the notebook that is meant by a number, a name or a path."""
    stem = name.removesuffix(".ipynb")
    matches = [p for p in known if p.stem == stem]
    matches = matches or [p for p in known if p.stem.startswith(f"{stem}-")]
    if not matches and os.path.lexists(name):  # what it is, `read` says
        return Path(os.path.realpath(name))
    if len(matches) == 1:
        return matches[0]
    problem = "several notebooks are" if matches else "no notebook is"
    listing = shown.line(", ".join(p.stem for p in matches or known)) or "none"
    called = repr(name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…")
    raise ValueError(f"{problem} called {called}; there are: {listing}")


def read(path: Path) -> NotebookNode:
    """A notebook is valid nbformat 4.5; each cell has an id of its own."""
    text = text_of(path)
    data_of(path, text)
    try:
        with warnings.catch_warnings():
            # Else nbformat makes up an id, each time another.
            warnings.simplefilter("error", DuplicateCellId)
            warnings.simplefilter("error", MissingIDFieldWarning)
            notebook = nbformat.reads(text, as_version=4)
            nbformat.validate(notebook)
    except (ValueError, AttributeError, nbformat.ValidationError, Warning) as error:
        raise invalid(path, error) from error
    if not isinstance(notebook.metadata.get("course", {}), dict):
        raise bad(path, "its metadata `course` is none of the course's: remove it")
    return notebook


def replace_knobs(notebooks: Iterable[NotebookNode], knobs: dict[str, str]) -> None:
    """Give knobs new values; each must be a knob of at least one notebook."""
    cells = [c for n in notebooks for c in n.cells if "knobs" in tags(c)]
    for name, value in knobs.items():
        start = rf"(?:const|let)[ \t]+(?:mut[ \t]+)?{name}[ \t]*(?::[^=\n]+)?=[ \t]*"
        checked = r"(?P<checked>notebook::time_scale\()?"  # a new value, too
        end = r"(?(checked)\));[ \t]*(?://.*)?"
        line = re.compile(
            rf"^(?P<start>[ \t]*{start}{checked}).*?(?P<end>{end})$", re.MULTILINE
        )
        if not any(line.search(cell.source) for cell in cells):
            raise ValueError(
                f"--set {name}: no cell tagged `knobs` "
                f"has a line `const {name}: TYPE = VALUE;`"
            )
        for cell in cells:
            cell.source = line.sub(
                lambda m, new=value: m["start"] + new + m["end"], cell.source
            )


def clear(notebook: NotebookNode) -> None:
    """Remove outputs and whatever else an execution leaves in a notebook."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def save(notebook: NotebookNode, path: Path, crates: str) -> None:
    """Write what JupyterLab writes on save. `crates` is the fingerprint of what the cells
    have loaded."""
    language = notebook.metadata.get("language_info")
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC})
    if language:
        notebook.metadata["language_info"] = language
    if any(cell.get("execution_count") for cell in notebook.cells):
        # For `course check`: outputs are stale when one of them is no longer this.
        notebook.metadata["course"] = {
            "outputs_of": outputs_of(notebook),
            "made_with": crates,
        }
    write_whole(notebook, path)


def write_whole(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook as it is, all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the notebook, as only a rename within one file system is atomic.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        nbformat.write(notebook, unfinished)
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
