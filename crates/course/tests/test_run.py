"""What `course run` saves, on small notebooks and the real kernel."""

from __future__ import annotations

import json

from course.notebook.fingerprint import made_with
from course.tests.checkout import Checkout, cell

SUM = cell("sum", "", "1 + 1")
# Rust on one side of JSON, HTML on the other.
CLAIMS = (
    'println!("EVCXR_BEGIN_CONTENT text/html\\n<p data-claim=\\"holds\\"></p>\\n'
    '<p data-claim=\\"fails\\"></p>\\nEVCXR_END_CONTENT");'
)


class Saving(Checkout):
    def test_a_notebook_that_passes_is_saved_also_after_one_that_fails(self) -> None:
        before = self.write("01-wrong", [cell("missing", "", "missing()"), SUM])
        lines = 'for i in 1..=3 { println!("toast {i}"); }\n2 + 2'
        self.write("02-right", [cell("lines", "", lines), cell("claims", "", CLAIMS)])
        run = self.run_notebooks()

        self.assertEqual(run.code, 1, run)
        self.assertIn("E0425", run.failure("missing"))
        self.assertNotIn("2/2  sum", run.output, "went on after a failure")
        for told in [
            "failed: 01-wrong\n",
            "claims: 1 hold, 1 do not hold here, 0 not tested",
            "warning: cell claims: a claim does not hold here",
        ]:
            self.assertIn(told, run.output)
        self.assertEqual(self.read("notebooks/01-wrong.ipynb"), before)
        self.assert_is_as_jupyterlab_saves_it(self.read("notebooks/02-right.ipynb"))

    def assert_is_as_jupyterlab_saves_it(self, text: str) -> None:
        self.assertTrue(text.endswith("}\n") and not text.endswith("\n\n"))
        saved = json.loads(text)
        course = saved["metadata"].pop("course")
        self.assertEqual(len(course["outputs_of"]), 64, course)
        self.assertEqual(course["made_with"], made_with(self.root))
        self.assertEqual(
            saved["metadata"],
            {
                "kernelspec": {
                    "display_name": "Rust",
                    "language": "rust",
                    "name": "rust",
                },
                "language_info": {
                    "codemirror_mode": "rust",
                    "file_extension": ".rs",
                    "mimetype": "text/rust",
                    "name": "Rust",
                    "pygment_lexer": "rust",
                    "version": "",
                },
            },
        )
        first = saved["cells"][0]
        self.assertEqual(first["metadata"], {"tags": []})
        self.assertEqual(first["execution_count"], 1)
        self.assertEqual(
            first["outputs"],
            [
                {
                    "name": "stdout",
                    "output_type": "stream",
                    "text": ["toast 1\n", "toast 2\n", "toast 3\n"],
                },
                {
                    "data": {"text/plain": ["4"]},
                    "execution_count": 1,
                    "metadata": {},
                    "output_type": "execute_result",
                },
            ],
        )

    def test_a_knob_is_turned_in_the_copy_alone(self) -> None:
        knobs = cell("knobs", "knobs", "const PERSONS: u32 = 20; // at the table")
        before = self.write("04-breakfast", [knobs, cell("show", "", "PERSONS * 2")])
        run = self.run_notebooks("04", "--set", "PERSONS=4", "--output", "copies")

        self.assertEqual(run.code, 0, run)
        copy = self.read("copies/04-breakfast.ipynb")
        self.assertIn("const PERSONS: u32 = 4; // at the table", copy)
        self.assertIn('"8"', copy)
        self.assertEqual(self.read("notebooks/04-breakfast.ipynb"), before)

        name = "copies/04-breakfast.ipynb"
        cleared = self.run_notebooks(name, "--clear", "--output", "handout")
        self.assertEqual(cleared.code, 0, cleared)
        handout = self.read("handout/04-breakfast.ipynb")
        self.assertIn('"outputs": []', handout)
        self.assertNotIn('"8"', handout)
        self.assertIn('"execution_count": null', handout)
        self.assertNotIn("outputs_of", handout)

    def test_a_copy_that_is_there_is_kept(self) -> None:
        self.write("01-there", [cell("one", "", "1")])
        arguments = ["--clear", "--new-only", "--output", "my-notebooks"]
        first = self.run_notebooks(*arguments)
        self.assertIn("1 written without outputs, 0 kept", first.output)
        own = self.root / "my-notebooks" / "01-there.ipynb"
        changed = own.read_text().replace('"1"', '"2"')
        own.write_text(changed)
        self.write("02-new", [cell("two", "", "2")])

        again = self.run_notebooks(*arguments)
        self.assertEqual(again.code, 0, again)
        self.assertIn("1 written without outputs, 1 kept", again.output)
        self.assertEqual(own.read_text(), changed)
        self.assertTrue(own.with_name("02-new.ipynb").exists())
