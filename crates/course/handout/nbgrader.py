"""The exercises as assignments for nbgrader, which hands them out, runs them and counts points.

nbgrader calls a cell that gives points a test. Here that is the check of an exercise: it is
locked, so nbgrader puts the course's own back before it runs what a learner handed in.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from nbformat import NotebookNode

from course.handout.strip import copy
from course.notebook.exercises import exercise_parts
from course.notebook.files import read, write_whole
from course.notebook.shown import line

POINTS = 1
CONFIGURATION = Path(__file__).with_name("nbgrader_config.py")


def write(paths: list[Path], folder: Path) -> int:
    """Write an assignment of each notebook into a course folder of nbgrader."""
    sources = {path: folder / "source" / path.stem / path.name for path in paths}
    for target in sources.values():
        if target.exists():  # it may have points that the teacher has set
            raise ValueError(f"{target} is there: move it away, or name another folder")
    points = 0
    for path, target in sources.items():
        # Each lies in a folder of its own, so none finds another.
        copy(path, target, stems(path.parent), solutions=False, outputs=False)
        points += mark(target)
        images = path.parent / "images"
        if images.is_dir() and "](images/" in target.read_text(encoding="utf-8"):
            shutil.copytree(images, target.parent / "images", dirs_exist_ok=True)
        print(f"{path.stem}  {target}", flush=True)
    settings = folder / "nbgrader_config.py"
    if settings.exists():
        print(f"{settings} is there and stays as it is: COURSE_GRADE=1 belongs into it")
    else:
        shutil.copyfile(CONFIGURATION, settings)
    print(f"assignments: {len(paths)}, points: {points}; next, in {folder}:")
    print(f"  nbgrader generate_assignment {paths[0].stem}")
    return 0


def stems(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.ipynb")}


def mark(path: Path) -> int:
    """Say in a notebook which cells nbgrader hands out, keeps and counts; return the points."""
    notebook = read(path)
    exercises = exercise_parts(notebook)
    for name, parts in exercises.items():
        if missing := {"stub", "check"} - parts.keys():
            problem = f"exercise {line(name)} has no {' and no '.join(sorted(missing))}"
            raise ValueError(f"{path.name}: {problem}: see `course check`")
        tell(parts["stub"], solution=True)
        tell(parts["check"], grade=True, locked=True, points=POINTS)
    write_whole(notebook, path)
    return POINTS * len(exercises)


def tell(cell: NotebookNode, **said: bool | int) -> None:
    """Give a cell nbgrader's metadata, in the third version of their format."""
    usual = {"grade": False, "locked": False, "solution": False, "task": False}
    about = {"grade_id": cell.id, "cell_type": cell.cell_type, "schema_version": 3}
    cell.metadata["nbgrader"] = usual | about | said
