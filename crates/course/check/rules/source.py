"""The source, piece by piece, and the tag of the cell that covers each piece.

The source is the Python notebook "Multiprocessing vs Multithreading vs Asyncio".
Several of its pieces may be covered by cells with one tag.
"""

from __future__ import annotations

from collections.abc import Iterator

from course.check.lesson import Lesson
from course.notebook.cells import tags

# (where it is in the source, what it says, the tag)
SOURCE = [
    ("Title", "what is compared, and why", "source-sec-title"),
    ("1", "Introduction", "source-sec-1"),
    ("1", "Multiprocessing", "source-sec-1-multiprocessing"),
    ("1", "Multithreading", "source-sec-1-multithreading"),
    ("1", "Asyncio", "source-sec-1-asyncio"),
    ("2", "Differences", "source-sec-2"),
    ("2", "Execution model", "source-sec-2-execution-model"),
    ("2", "Overhead", "source-sec-2-overhead"),
    ("2", "Parallelism", "source-sec-2-parallelism"),
    ("2", "Complexity", "source-sec-2-complexity"),
    ("Examples", "Fibonacci: calculate, a number of times", "source-in-2"),
    ("In [2]", "Fibonacci without multiprocessing", "source-in-2"),
    ("In [3]", "Fibonacci with multiprocessing", "source-in-3"),
    ("In [6]", "Fibonacci with multithreading", "source-in-6"),
    ("Examples", "breakfast: omelet, toast, salad", "source-in-7"),
    ("In [7]", "breakfast without threads and asyncio", "source-in-7"),
    ("In [8]", "breakfast with multithreading", "source-in-8"),
    ("In [10]", "breakfast with asyncio, written to a file", "source-in-10"),
    ("In [12]", "the file run from the command line", "source-in-12"),
    ("3", "Advantages and disadvantages", "source-sec-3"),
    ("3", "Multiprocessing", "source-sec-3-mp"),
    ("3", "multiprocessing +1: true parallelism", "source-sec-3-mp-adv-1"),
    ("3", "multiprocessing +2: own memory", "source-sec-3-mp-adv-2"),
    ("3", "multiprocessing -1: high overhead", "source-sec-3-mp-dis-1"),
    ("3", "multiprocessing -2: complex management", "source-sec-3-mp-dis-2"),
    ("3", "Multithreading", "source-sec-3-mt"),
    ("3", "multithreading +1: low overhead", "source-sec-3-mt-adv-1"),
    ("3", "multithreading +2: I/O-bound tasks", "source-sec-3-mt-adv-2"),
    ("3", "multithreading -1: shared resources", "source-sec-3-mt-dis-1"),
    ("3", "multithreading -2: scalability, the GIL", "source-sec-3-mt-dis-2"),
    ("3", "Asyncio", "source-sec-3-asyncio"),
    ("3", "asyncio +1: low overhead", "source-sec-3-asyncio-adv-1"),
    ("3", "asyncio +2: many I/O-bound tasks", "source-sec-3-asyncio-adv-2"),
    ("3", "asyncio -1: CPU work blocks the loop", "source-sec-3-asyncio-dis-1"),
    ("3", "asyncio -2: no true parallelism", "source-sec-3-asyncio-dis-2"),
    ("4", "When to use", "source-sec-4"),
    ("4", "Use multiprocessing when", "source-sec-4-mp"),
    ("4", "multiprocessing 1: CPU-bound tasks", "source-sec-4-mp-1"),
    ("4", "multiprocessing 2: no shared resources", "source-sec-4-mp-2"),
    ("4", "multiprocessing 3: overhead acceptable", "source-sec-4-mp-3"),
    ("4", "Use multithreading when", "source-sec-4-mt"),
    ("4", "multithreading 1: I/O-bound tasks", "source-sec-4-mt-1"),
    ("4", "multithreading 2: shared with care", "source-sec-4-mt-2"),
    ("4", "multithreading 3: the GIL is no concern", "source-sec-4-mt-3"),
    ("4", "Use asyncio when", "source-sec-4-asyncio"),
    ("4", "asyncio 1: many I/O-bound tasks", "source-sec-4-asyncio-1"),
    ("4", "asyncio 2: coroutines and the loop", "source-sec-4-asyncio-2"),
    ("4", "asyncio 3: no true parallelism needed", "source-sec-4-asyncio-3"),
]
TAGS = {tag for _, _, tag in SOURCE}


def cells_by_tag(lessons: list[Lesson]) -> dict[str, list[str]]:
    """Return for each tag the cells that carry it, as `03-fibonacci run-serial`."""
    found: dict[str, list[str]] = {}
    for lesson in lessons:
        for cell in lesson.notebook.cells:
            for tag in tags(cell):
                found.setdefault(tag, []).append(f"{lesson.path.stem} {cell.id}")
    return found


def coverage(lessons: list[Lesson]) -> Iterator[str]:
    """Every piece of the source is covered by a cell with its tag, in some notebook;
    `course check --coverage` shows the table."""
    found = cells_by_tag(lessons)
    for where, what, tag in SOURCE:
        if tag not in found:
            yield f"source {where}, {what}: no cell is tagged {tag}"


def table(lessons: list[Lesson]) -> str:
    """Return the table of the source and the cells that cover it."""
    found = cells_by_tag(lessons)
    width = max(len(what) for _, what, _ in SOURCE)
    rows = []
    for where, what, tag in SOURCE:
        cells = ", ".join(found.get(tag, [])) or "MISSING"
        rows.append(f"{where:<8}  {what:<{width}}  {tag:<28}  {cells}")
    return "\n".join(rows)
