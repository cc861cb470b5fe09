"""TEACHING.md, where it speaks of one notebook: the rules hold it to the notebooks, and
the speaker notes of the slides are made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAGE = "TEACHING.md"
NOTEBOOK = re.compile(r"^### (\d\d) .*: (\d+) minutes$", re.MULTILINE)
ROW = re.compile(r"^\| (.+?) \| (\d+) \|(?: (.+?))? \|$", re.MULTILINE)
GOES_WRONG = re.compile(r"^Goes wrong: .+$", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    """A section: its minutes, and what to say beside it."""

    minutes: int
    say: str


@dataclass(frozen=True)
class Plan:
    """What is said of a notebook."""

    minutes: int
    rows: dict[str, Row]
    goes_wrong: str


def plans_of(page: str) -> dict[str, Plan]:
    """Return what the page says of each notebook, by its number."""
    parts = NOTEBOOK.split(page)[1:]
    found = {}
    for number, minutes, body in zip(*[iter(parts)] * 3, strict=True):
        body = body.partition("\n## ")[0]
        rows = {title: Row(int(m), say) for title, m, say in ROW.findall(body)}
        wrong = GOES_WRONG.search(body)
        found[number] = Plan(int(minutes), rows, wrong[0] if wrong else "")
    return found
