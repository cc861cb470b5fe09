"""Text out of a file, as a terminal and a table may show it: nothing of it steers a terminal
(tests/test_shown.py)."""

from __future__ import annotations

import re

# A line of a message, and a report of several lines.
LINE, REPORT = 1_000, 20_000
COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


def line(text: str, most: int = LINE) -> str:
    """Return text as one line: what steers a terminal or turns the direction of a text is
    written as an escape, `\\x1b`, and what is too long is cut."""
    return cut("".join(map(sign, text[: most + 1])), most, len(text))


def report(text: str, most: int = REPORT, colours: bool = False) -> str:
    """Return text of several lines in the same way; of what steers a terminal, colours may
    stay."""
    short = text[: most + 1].replace("\r\n", "\n")
    parts = COLOUR.split(short)  # text and colour take turns
    kept = (
        (part if colours else "") if place % 2 else "".join(map(kept_in_report, part))
        for place, part in enumerate(parts)
    )
    return cut("".join(kept), most, len(text))


def cut(shown: str, most: int, whole: int) -> str:
    if whole <= most and len(shown) <= 2 * most:
        return shown
    return f"{shown[:most]} … ({whole:,} letters)"


def sign(letter: str) -> str:
    if letter.isprintable():
        return letter
    return letter.encode("unicode_escape").decode("ascii")


def kept_in_report(letter: str) -> str:
    return letter if letter in "\n\t" else sign(letter)
