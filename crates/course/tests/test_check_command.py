"""`course check` from outside, and its exercises on the real kernel. That each rule fails
where it must is tested in test_rules.py."""

from __future__ import annotations

import signal

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course.tests.checkout import ROOT, Checkout, cell, hang

# A check that displays what the helper crate displays, without its build.
CHECK = r"""fn check(_task: &str, passed: bool) {
    println!("EVCXR_BEGIN_CONTENT text/html\n<p data-check=\"{passed}\">\nEVCXR_END_CONTENT");
}"""


def exercise(
    name: str, stub: int, solution: str, wrong: str = "3"
) -> list[NotebookNode]:
    """Return the cells of an exercise that asks for a 2."""

    def folded(title: str, value: str) -> str:
        head = f"<details><summary>{title}</summary>\n\n"
        return f"{head}```rust\nlet {name} = {value};\n```\n\n</details>"

    return [
        new_code_cell(f"let {name} = {stub};", id=f"exercise-{name}"),
        new_code_cell(f'check("a 2", {name} == 2);', id=f"exercise-{name}-check"),
        new_markdown_cell(folded("Solution", solution), id=f"exercise-{name}-solution"),
        new_markdown_cell(
            folded("Typical wrong answers", wrong), id=f"exercise-{name}-wrong"
        ),
    ]


class Exercises(Checkout):
    def write_exercises(self, name: str, *exercises: list[NotebookNode]) -> str:
        head = [
            new_code_cell(CHECK, id="check"),
            new_markdown_cell("## Exercises", id="exercises"),
        ]
        return self.write(name, head + [cell for parts in exercises for cell in parts])

    def test_each_fails_its_check_as_it_is_and_passes_it_when_solved(self) -> None:
        exercises = [exercise("early", 2, "2"), exercise("never", 1, "3")]
        exercises.append(exercise("lax", 1, "2", wrong="2"))
        exercises.append(exercise("right", 1, "2"))
        before = self.write_exercises("01-three-wrong", *exercises)
        broken = [exercise(name, 1, '"2" + 1') for name in ("two", "one", "other")]
        self.write_exercises("02-broken", *broken)
        run = self.course("check", "--exercises")

        self.assertEqual(run.code, 1, run)
        for told in [
            "cell exercise-early-check: with the exercise as it is it says true, not false",
            "cell exercise-never-check: with its solution it says false, not true",
            "cell exercise-lax-check: with wrong answer 1 it says true, not false",
            "notebooks: 2, exercises: 7, each left alone, answered wrongly and solved",
            "failed: 01-three-wrong, 02-broken\n",
        ]:
            self.assertIn(told, run.output)
        self.assertEqual(self.read("notebooks/01-three-wrong.ipynb"), before)
        # A solution that does not compile ends its notebook.
        self.assertIn("E0369", run.failure("exercise-two-run-solved"))
        self.assertEqual(run.output.count("FAILED"), 4, run)

    def test_a_signal_ends_all_that_run_at_once(self) -> None:
        exercises = [exercise(name, 1, "2") for name in ("two", "one", "other")]
        names = ["01-hangs", "02-hangs", "03-waits"]
        for name in names:
            self.write_exercises(name, [cell("hangs", "", hang(name))], *exercises)
        check = self.begin("check", "--exercises")
        said = self.end(check, signal.SIGTERM, names[:2])
        self.assertEqual(said.count("stopping the kernel"), 2, said)
        self.assertFalse((self.root / "notebooks" / names[2]).exists())

    def test_a_finding_names_file_cell_and_rule(self) -> None:
        self.write_exercises("01-bare", exercise("Two", 1, "2"))
        run = self.course("check", "01")

        self.assertEqual(run.code, 1, run)
        where = "notebooks/01-bare.ipynb cell exercise-Two"
        self.assertIn(f"{where}: its id is not kebab-case", run.output)
        self.assertIn(" [ids]\n", run.output)
        self.assertIn(" [header]\n", run.output)
        self.assertNotIn("[coverage]", run.output)


class Documentation(Checkout):
    def test_contributing_lists_the_rules_as_the_tool_does(self) -> None:
        rules = self.course("check", "--rules")
        self.assertEqual(rules.code, 0, rules)
        page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        problem = f"put these into CONTRIBUTING.md:\n{rules.output}"
        self.assertTrue(rules.output in page, problem)
