"""What Jupyter is told before a verb begins: where its files are, and which kernel is ours."""

from __future__ import annotations

import os
from pathlib import Path

NEEDED = ("bin/python", "share/jupyter/kernels/rust/kernel.json")
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
}


def prepare(root: Path) -> None:
    """Make sure that the course is set up, and keep Jupyter inside the checkout."""
    for needed in NEEDED:
        path = root / ".venv" / needed
        if not path.exists():
            problem = f"{path} is missing: set the course up with ./kernel-setup.sh"
            raise FileNotFoundError(problem)
    # Jupyter's own folders lie in the checkout, unless the caller names others.
    jupyter = root / "target" / "jupyter"
    jupyter.mkdir(parents=True, exist_ok=True)
    for name, folder in FOLDERS.items():
        os.environ.setdefault(name, str(jupyter / folder))
    # Else another folder's kernelspec `rust` could be taken for ours.
    os.environ.pop("JUPYTER_PATH", None)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    # Else evcxr takes itself for the process of a cell.
    os.environ.pop("EVCXR_IS_RUNTIME", None)
    # What the tools run is no learner.
    os.environ.pop("COURSE_BOARD", None)
