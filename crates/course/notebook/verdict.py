"""Did a cell do what its tags say? And what did its claims and checks say?

A stock kernel answers "ok" to a panic, a failed assert and a failed `?`: only stderr
tells. So any line on stderr fails a cell that is not tagged for it, and a cell with both
tags may do either.

Tags of a cell:
  raises-exception  it must end in an error; with `error-E0373` beside it, in that one
  stderr-expected   it may write to stderr
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course.notebook.cells import tags

ANSI = re.compile(r"\x1b\[[0-9;]*m")
ERROR_CODE = re.compile(r"\[(E\d{4})\]")
PANIC = re.compile(r"^(thread .* )?panicked( at |: )", re.MULTILINE)
RAW_VALUE = re.compile(r"[A-Z]\w* \{ ")
CHECK = re.compile(r'data-check="(true|false)"')
CLAIM = re.compile(r'data-claim="(holds|fails|untested)"')


@dataclass
class Failure:
    """Why a cell failed, and the kernel's own report of it."""

    reason: str
    report: str = ""


def judge(cell: NotebookNode, private: list[str]) -> Failure | None:
    """Compare the outputs of an executed cell with its tags."""
    errors = ["\n".join(o.traceback) for o in cell.outputs if o.output_type == "error"]
    stderr = "".join(o.text for o in cell.outputs if o.get("name") == "stderr")
    report = "\n".join([*errors, stderr]).strip("\n")
    plain = ANSI.sub("", report)
    must_fail = "raises-exception" in tags(cell)

    ended = any(o.get("ename") == "Ended" for o in cell.outputs)
    if ended or "Subprocess terminated with" in "".join(errors):
        return Failure("its process ended, all variables are lost", report)
    if errors and not must_fail:
        return Failure("error", report)
    if must_fail and not errors and not (stderr and "stderr-expected" in tags(cell)):
        return Failure("it is tagged raises-exception and did not fail", report)
    if problem := other_error(cell, plain):
        return Failure(problem, report)
    if stderr and "stderr-expected" not in tags(cell):
        panic = PANIC.search(plain)
        return Failure("panic" if panic else "text on stderr", report)
    if any(shown_raw(output) for output in cell.outputs):
        return Failure("its value is shown as Debug text: move its `let` into a block")
    if paths := leaks(cell, private):
        return Failure(f"its output shows a path of this machine: {paths[0]}")
    return None


def shown_raw(output: NotebookNode) -> bool:
    """Say whether evcxr gave up on a value's own display.

    It does so for good when the first try of a cell fails to compile, as it may
    when the cell declares variables, too.
    """
    data = output.get("data", {})
    text = data.get("text/plain", "")
    return "text/html" not in data and bool(RAW_VALUE.match(text))


def other_error(cell: NotebookNode, report: str) -> str | None:
    """Say so if the report has none of the error codes that the tags name."""
    expected = {t.removeprefix("error-") for t in tags(cell) if t.startswith("error-E")}
    found = set(ERROR_CODE.findall(report))
    if not expected or expected & found:
        return None
    # evcxr falls back to a report without codes there.
    hint = "" if cell.source.isascii() else " (a non-ASCII letter in a cell hides it)"
    codes = ", ".join(sorted(found)) or "no code"
    return f"expected {' or '.join(sorted(expected))}, the report has {codes}{hint}"


def private_paths(root: Path) -> list[str]:
    """Return the paths that no committed output may show."""
    home = os.path.expanduser("~")
    return [str(root), *([home] if home.startswith("/") and home != "/" else [])]


def leaks(cell: NotebookNode, private: list[str]) -> list[str]:
    """Return those of the `private` paths that the outputs give away."""
    text = json.dumps(cell.outputs, ensure_ascii=False)
    whole = r"(?<![\w.-]){}(?![\w.-])"
    return [path for path in private if re.search(whole.format(re.escape(path)), text)]


def claims(cell: NotebookNode) -> list[tuple[str, str]]:
    """Return the claims that a cell shows: verdict, and output as plain text."""
    found = []
    for output in cell.outputs:
        data = output.get("data", {})
        for verdict in CLAIM.findall(data.get("text/html", "")):
            found.append((verdict, data.get("text/plain", "")))
    return found


def checks(cell: NotebookNode) -> list[str]:
    """Return what the checks of a cell say, true or false: as they are shown, or with
    COURSE_GRADE as an error."""
    said = []
    for output in cell.outputs:
        said += CHECK.findall(output.get("data", {}).get("text/html", ""))
        said += ["false"] * output.get("evalue", "").startswith("not yet: ")
    return said
