# nbgrader's settings for the notebooks of the course. What a learner changes is a cell that
# stands as it is, so nothing is cleared: nbgrader's ClearSolutions is left out.
import os

# A `not yet` is an error then, which gives no points.
os.environ["COURSE_GRADE"] = "1"

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "concurrency"
c.Execute.timeout = 600
steps = "LockCells ClearOutput CheckCellMetadata ComputeChecksums SaveCells"
steps += " ClearHiddenTests ClearMarkScheme ComputeChecksums CheckCellMetadata"
c.GenerateAssignment.preprocessors = [
    f"nbgrader.preprocessors.{step}" for step in steps.split()
]
