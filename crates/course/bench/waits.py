"""How long a kernel keeps a learner waiting with one notebook.

A cell's own run time is taken off: it begins when evcxr gives the library that it has
compiled its name, and that moment is the library's change time.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from course.bench.compile_costs import Costs, costs_of
from course.bench.kernel import Kernel
from course.notebook.cells import is_executed


@dataclass
class Waits:
    """What one kernel needed for one notebook."""

    ready: float = 0.0
    cells: list[float] = field(default_factory=list)
    failed: int = 0
    megabytes: float = 0.0
    compiled: int = 0
    costs: Costs | None = None


def measure(root: Path, notebook: NotebookNode, ours: bool) -> Waits:
    with tempfile.TemporaryDirectory(prefix="course-bench-", dir="/tmp") as temp:
        kernel = Kernel(root, ours, Path(temp))
        try:
            waits = Waits(ready=kernel.ready)
            for cell in filter(is_executed, notebook.cells):
                seconds, succeeded = kernel.wait_for(cell.source)
                waits.cells.append(seconds)
                waits.failed += not succeeded
            kernel.wait_for_rest()
            waits.megabytes = kernel.megabytes()
            waits.compiled = kernel.compiled()
            if ours:
                waits.costs = costs_of(kernel.build, kernel.environment)
        finally:
            kernel.end()
    return waits
