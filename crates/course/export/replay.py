"""What makes the picture of a timeline play on a slide: a white curtain with a line for "now"
at its edge, which moves from left to right over all its panels and then is gone. The helper
crate's own replay does the same in a notebook, for as long as it is open; on a slide each
timeline plays once, when it is shown."""

from __future__ import annotations

import re

SECONDS = 4
ABOVE = 5
SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
# A vertical grid line, from the top to the bottom of a panel, and the axis below it.
GRID = re.compile(r'stroke="#E8E8E8"[^>]*points="(\d+),(\d+) \1,(\d+) "')
AXIS = re.compile(r'stroke="#595959"[^>]*points="(\d+),(\d+) (\d+),\2 "')
# How the text of a picture begins in which time runs from left to right.
IN_TIME = ("Timeline of ", "Lanes of ")


def size_of(svg: str) -> tuple[int, int]:
    """Return the width and height of a picture."""
    found = SIZE.search(svg)
    if not found:
        raise ValueError("a figure says nothing of its size")
    return int(found[1]), int(found[2])


def curtain_over(svg: str, alt: str) -> str:
    """Return the curtain of a picture with this text, as SVG; nothing if it has no time."""
    axes = AXIS.findall(svg)
    panels = sorted({(int(top), int(bottom)) for _, top, bottom in GRID.findall(svg)})
    if not (alt.startswith(IN_TIME) and axes and panels):
        return ""
    return curtain(axes, panels, size_of(svg)[0])


def curtain(
    axes: list[tuple[str, str, str]], panels: list[tuple[int, int]], width: int
) -> str:
    left, right = int(axes[0][0]), int(axes[0][2])
    style = (
        f"@keyframes sweep{{to{{transform:translateX({right - left}px)}}}}"
        f"@keyframes gone{{to{{opacity:0}}}}"
        f".cover{{animation:sweep {SECONDS}s linear forwards,"
        f"gone 0.1s linear {SECONDS}s forwards}}"
    )
    shapes = "".join(
        f'<rect x="{left}" y="{top}" width="{wide}" height="{bottom - top}" fill="{fill}"/>'
        # The line at the end of a run begins above its panel.
        for top, bottom in ((top - ABOVE, bottom) for top, bottom in panels)
        for wide, fill in ((width - left, "#FFFFFF"), (2, "#1A1A1A"))
    )
    return f'<style>{style}</style><g class="cover">{shapes}</g>'
