"""What outputs depend on, as two fingerprints that `course run` leaves in a notebook: its code
and tags, and the crates that its cells load. The toolchain is in neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from nbformat import NotebookNode

from course.notebook.cells import tags

LOADED = (
    "crates/concurrency-demos/Cargo.toml",
    "crates/concurrency-demos/build.rs",
    "crates/concurrency-demos/python/*.py",
    "crates/concurrency-demos/src/**/*.rs",
    "crates/notebook/Cargo.toml",
    "crates/notebook/kernel/*.rs",
    "crates/notebook/kernel/*.toml",
    "crates/notebook/src/**/*.rs",
)
# Folders and files that nothing but a test compiles.
TESTS = {"tests", "schedules"}
# Of the workspace's Cargo.toml: what else is there changes no output.
TABLES = ("[workspace.dependencies", "[profile")


def outputs_of(notebook: NotebookNode) -> str:
    """Return a fingerprint of the code and the tags."""
    code = [[c.source, tags(c)] for c in notebook.cells if c.cell_type == "code"]
    return digest(code)


def made_with(root: Path) -> str:
    """Return a fingerprint of what cells load, without comments and tests."""
    found = {path for pattern in LOADED for path in root.glob(pattern)}
    names = sorted(path.relative_to(root) for path in found)
    names = [name for name in names if TESTS.isdisjoint(name.with_suffix("").parts)]
    code = [[name.as_posix(), [*lines(root / name)]] for name in names]
    workspace = root / "Cargo.toml"
    shared = [*in_tables(lines(workspace))] if workspace.exists() else []
    return digest([*code, [workspace.name, shared]])


def digest(what: list) -> str:
    return sha256(json.dumps(what).encode()).hexdigest()


def lines(path: Path) -> Iterator[str]:
    """Yield the lines that are neither blank nor a comment nor, in Rust, of a test."""
    comment = "//" if path.suffix == ".rs" else "#"
    in_test = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line == "#[cfg(test)]":
            in_test = True
        elif in_test:  # to its closing brace, or to the semicolon of `mod tests;`
            in_test = line != "}" and (line[:1] in ("", " ") or line[-1] != ";")
        elif line.strip() and not line.lstrip().startswith(comment):
            yield line


def in_tables(toml: Iterator[str]) -> Iterator[str]:
    """Yield the lines of those tables that change what is compiled."""
    within = False
    for line in toml:
        if line.startswith("["):
            within = line.startswith(TABLES)
        if within:
            yield line
