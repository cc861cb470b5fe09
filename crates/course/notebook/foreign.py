"""Files that are no notebook of this course: what one is instead, and what to do about it.

Every verb that reads a notebook says so in one line, which names the file and the cure:
tests/test_foreign_files.py."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

from course.notebook.shown import line

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MERGE = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
SAVE = "open it in JupyterLab and save it there"
ANEW = "get it anew from where it came"
KINDS = {
    list: "a list",
    str: "a text",
    bool: "a word",
    int: "a number",
    float: "a number",
    type(None): "nothing",
}
# What an error says of itself; a notebook's own text may be in it.
LONGEST = 200


def text_of(path: Path) -> str:
    """Return the text of a file; ValueError with the cure if it has none."""
    if not path.name.isprintable():
        raise ValueError(
            f"{line(str(path))}: its name has signs that nobody sees: rename it"
        )
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ValueError(
                f"{path} is not a notebook: it is a folder, or no file that can be read: "
                "move it away, or name a notebook"
            )
        raw = path.read_bytes()
    except PermissionError as error:
        raise ValueError(
            f"{path} cannot be read: allow it with `chmod u+r`, or ask whose it is"
        ) from error
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}): put the notebook there, or "
            "remove what is in its place"
        ) from error
    return decoded(path, raw)


def decoded(path: Path, raw: bytes) -> str:
    if raw.startswith(BYTE_ORDER_MARK):
        cure = "save it in an editor as UTF-8 without one"
        raise bad(path, f"it begins with a byte-order mark: {cure}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad(path, f"it is not text in UTF-8: {ANEW}") from error
    if not text.strip():
        raise bad(path, f"it is empty: {ANEW}")
    if MERGE.search(raw):
        raise bad(path, "a merge left its marks in it: settle it with git")
    return text


def data_of(path: Path, text: str) -> dict[str, Any]:
    """Return what the text holds, if it has the shape of a notebook of format 4.5."""
    try:
        data = json.loads(text)
    except ValueError as error:
        where = f"line {error.lineno}" if hasattr(error, "lineno") else "a number"
        raise bad(path, f"it is not JSON, from {where} on: {ANEW}") from error
    except RecursionError as error:
        raise bad(path, f"it is nested too deep: {ANEW}") from error
    if not isinstance(data, dict):
        raise bad(path, f"it holds {KINDS[type(data)]} instead of cells: {ANEW}")
    if problem := of_format(data) or of_cells(data.get("cells")):
        raise bad(path, problem)
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise bad(path, f"it has half a letter in its text: {ANEW}") from error
    return data


def of_format(data: dict[str, Any]) -> str | None:
    """Say what is wrong with its format, if anything."""
    major, minor = data.get("nbformat"), data.get("nbformat_minor", 0)
    if type(major) is not int or type(minor) is not int:
        return f"it does not say of which format it is: {ANEW}"
    if major > 4:
        return f"it has format {line(str(major))}, newer than 4.5: save it in format 4"
    if (major, minor) < (4, 5):
        older = line(f"{major}.{minor}")
        return f"it is older than format 4.5 ({older}), its cells have no ids: {SAVE}"
    return None


def of_cells(cells: Any) -> str | None:
    """Say what is wrong with its cells and their ids, if anything."""
    if not isinstance(cells, list) or not all(isinstance(c, dict) for c in cells):
        return f"it has no list of cells: {ANEW}"
    first: dict[str, int] = {}
    for number, cell in enumerate(cells, 1):
        id = cell.get("id")
        if not isinstance(id, str) or not id:
            return (
                f'cell {number} has no id: give it one in a text editor, "id": "name"'
            )
        if id in first:
            both = f"cells {first[id]} and {number} have the same id, {line(id, 64)}"
            return f"{both}: rename one in a text editor"
        first[id] = number
    return None


def bad(path: Path, problem: str) -> ValueError:
    return ValueError(f"{path} is not a notebook: {problem}")


def invalid(path: Path, error: Exception) -> ValueError:
    """Say what nbformat says of a file, in its own words."""
    said = line(str(error).partition("\n")[0], LONGEST)
    return bad(path, f"{said}: {SAVE}, or {ANEW}")
