"""The minutes of a notebook, the parts that run alone, and the page for teachers."""

from __future__ import annotations

from course.check import minutes
from course.check.alone import parts
from course.check.lesson import Lesson
from course.check.rules.teaching import plans
from course.tests.lesson import VOTE, Course, good, source

PAGE = """# Teaching

### 01 A: 5 minutes

| section | minutes | say |
| --- | --- | --- |
| Run | 2 | Look. |
| Exercises | 3 | |

### 02 B: 5 minutes

| section | minutes | say |
| --- | --- | --- |
| Run | 2 | Look. |
| Exercises | 3 | |

### 03 C: 5 minutes

| section | minutes | say |
| --- | --- | --- |
| Run | 2 | Look. |
| Exercises | 3 | |

## Plans

**One lesson, 10 minutes.** 01 (4), 02 in short (6).

| from | to | what |
| --- | --- | --- |
| 0:55 | 1:05 | 01, 02 |
| 1:05 | 1:15 | break |
| 1:15 | 1:20 | 03 |
"""


class Minutes(Course):
    def test_words_cells_figures_guesses_and_exercises_take_time(self) -> None:
        lesson = self.lesson(lambda cells: None)
        cells = {cell.id: cell for cell in lesson.notebook.cells}
        cells["run-read"].source = "word " * 400 + "`not these words`"
        cells["exercise-two-solution"].source = (
            "<details>" + "word " * 400 + "</details>"
        )
        for names, seconds in [
            (["run-read"], 120),
            (["exercise-two-solution"], 0),
            (["setup"], 20),
            (["run"], 50),
            (["predict-eggs"], 60),
            (["exercise-two", "exercise-two-check"], 0),
        ]:
            taken = sum(minutes.seconds(cells[name]) for name in names)
            self.assertAlmostEqual(taken, seconds, msg=str(names))
        self.assertGreater(minutes.seconds(cells["exercises"]), 120)
        cells["predict-eggs"].source = VOTE
        self.assertAlmostEqual(minutes.seconds(cells["predict-eggs"]), 40)

    def test_a_section_counts_its_layers_apart(self) -> None:
        run = minutes.sections(self.lesson(lambda cells: None))[2]
        self.assertEqual(run.title, "Run")
        core, extra = run.minutes("core"), run.minutes("extra")
        self.assertGreater(extra, 1 / 3)
        self.assertAlmostEqual(run.minutes("core", "extra"), core + extra)


class Alone(Course):
    def test_each_section_of_a_divided_notebook_has_what_is_extra_last(self) -> None:
        run, exercises = parts(self.lesson(lambda cells: None))
        names = [cell.id for cell in run.cells]
        self.assertEqual(run.name, "02-b, Run")
        self.assertEqual(names[0], "setup")
        self.assertEqual(names[-1], "more-run")
        self.assertEqual(exercises.cells[0].id, "setup")
        self.assertNotIn("run", [cell.id for cell in exercises.cells])

    def test_another_notebook_is_run_without_what_is_extra(self) -> None:
        (core,) = parts(Lesson.open(self.course[0], self.course, self.root))
        names = [cell.id for cell in core.cells]
        self.assertIn("exercise-two", names)
        self.assertNotIn("more-run", names)


class Teaching(Course):
    def told(self, old: str = "", new: str = "") -> str:
        self.assertIn(old, PAGE)
        page = PAGE.replace(old, new, 1) if old else PAGE
        (self.notebooks / "TEACHING.md").write_text(page, encoding="utf-8")
        lessons = [Lesson.open(path, self.course, self.root) for path in self.course]
        return "\n".join(plans(lessons))

    def test_a_page_that_agrees_is_taken(self) -> None:
        self.assertEqual(self.told(), "")

    def test_what_does_not_agree_is_told(self) -> None:
        for old, new, says in [
            ("01 A: 5", "01 A: 6", "01 takes 5 minutes, not 6"),
            ("### 02 B: 5 minutes", "### B", "02 takes 5 minutes, not 0"),
            ("| Run |", "| Runs |", "the sections of 01 are: Run, Exercises"),
            ("| Run | 2 |", "| Run | 7 |", "01, Run: "),
            (
                "| Exercises | 3 |",
                "| Exercises | 4 |",
                "the sections of 01 take 6 minutes",
            ),
            ("short (6)", "short (7)", "the lesson of 10 minutes adds up to 11"),
            ("| 1:05 | 1:15 |", "| 1:10 | 1:15 |", "nothing is planned until 1:10"),
            ("1:20 | 03", "1:30 | 03", "03 takes 5 minutes, not 15"),
        ]:
            with self.subTest(new=new):
                self.assertIn(says, self.told(old, new))

    def test_a_header_that_changes_is_noticed(self) -> None:
        notebook = good()
        change = source("title", "5 minutes", "6 minutes")
        change({cell.id: cell for cell in notebook.cells})
        self.write(notebook, self.course[2])
        self.assertIn("03 takes 6 minutes, not 5", self.told())
