"""`course bench` on a small notebook and both real kernels, and its table."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import tempfile
import unittest
import unittest.mock
from pathlib import Path
from time import monotonic, sleep

from course.bench.compile_costs import Costs
from course.bench.kernel import Kernel, family, proportional_size, stock_kernel
from course.bench.ready import Ready
from course.bench.table import report, row
from course.bench.waits import Waits
from course.tests.checkout import Checkout, cell
from course.tests.waiting import wait_for

SECONDS = r" +\d+\.\d\d s"
PARTS = [
    "cargo looks whether anything changed",
    "rustc",
    "linking",
    "type inference, a second try",
]


def said_by(function, *arguments, **options) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        function(*arguments, **options)
    return said.getvalue()


class OnRealKernels(Checkout):
    def test_a_small_notebook_gives_the_whole_table(self) -> None:
        knobs = cell("knobs", "knobs", "const TIME_SCALE: f64 = 1.0;")
        two = [cell("one", "", "let one = 1;"), cell("sum", "", "one + 1")]
        self.write("01-small", [knobs, *two])
        run = self.course("bench", "01", "--spares", "1")

        self.assertEqual(run.code, 0, run)
        for kernel in ("course", "stock"):
            ready = rf"01-small +{kernel} +ready{SECONDS} +first cell{SECONDS}"
            self.assertRegex(run.output, rf"{ready} +3 cells{SECONDS}\n")
        table = run.output.partition("wanted\n")[2]
        for what in ["kernel ready", "first cell", "median of", "95th", "sum over"]:
            numbers = rf"(?m)^{what}.*?{SECONDS}{SECONDS} +\d+\.\d{{3}} +at most"
            self.assertRegex(table, numbers)
        self.assertRegex(table, rf"kernel ready, with a spare one{SECONDS}{SECONDS}")
        self.assertRegex(
            table, rf"beside Python's kernel{SECONDS}{SECONDS}.*of Python's"
        )
        self.assertRegex(table, r"memory of a kernel, median +\d+ MB +\d+ MB")
        self.assertRegex(table, r"dependencies compiled +0 +0\n")
        self.assertNotIn("a different number of cells gave an error", table)
        self.assert_costs_are_sensible(table)
        sums = re.findall(r"3 cells +([\d.]+) s", run.output)
        self.assertRegex(table, rf"sum over.*? {sums[0]} s +{sums[1]} s")

    def assert_costs_are_sensible(self, table: str) -> None:
        costs = {}
        for part in PARTS:
            found = re.search(rf"(?m)^  {part} +(\d+\.\d\d) s$", table)
            self.assertIsNotNone(found, f"{part!r} is missing: {table}")
            costs[part] = float(found[1])
        floor = re.search(r"an empty cell: (\d+\.\d\d) s", table)
        self.assertIsNotNone(floor, table)
        self.assertGreater(float(floor[1]), 0)
        self.assertGreaterEqual(costs["rustc"], 0)

    def test_what_cannot_be_measured_is_told_before_a_kernel_starts(self) -> None:
        self.write("01-bare", [cell("sum", "", "1 + 1")])
        for name, told in [
            ("7", "error: no notebook is called '7'; there are: 01-bare"),
            ("01", "error: --set TIME_SCALE: no cell tagged `knobs`"),
        ]:
            run = self.course("bench", name)
            self.assertEqual(run.code, 2, run)
            self.assertIn(told, run.output)


class Waiting(unittest.TestCase):
    def test_a_cells_own_run_time_is_taken_off(self) -> None:
        """A kernel that names the library of its second cell, then runs for a while."""
        with tempfile.TemporaryDirectory() as temp:
            kernel = Kernel.__new__(Kernel)
            kernel.build, kernel.client = Path(temp), unittest.mock.Mock()
            folder = Path(temp, "target", "x86_64", "debug")
            folder.mkdir(parents=True)
            (folder / "libcode_9.so").touch()

            def run(*_arguments, **_options) -> dict:
                sleep(0.2)
                (folder / "libcode_10.so").touch()
                sleep(0.5)
                return {"content": {"status": "ok"}}

            kernel.client.execute_interactive = run
            begun = monotonic()
            waited, succeeded = kernel.wait_for("1 + 1")
            whole = monotonic() - begun
        self.assertTrue(succeeded)
        self.assertGreaterEqual(waited, 0.19)
        self.assertGreaterEqual(whole - waited, 0.45)


class Table(unittest.TestCase):
    def test_a_line_says_whether_a_target_is_missed(self) -> None:
        for course, stock, wanted, missed in [
            (1.0, 4.0, {"most": 2}, False),
            (3.0, 4.0, {"most": 2}, True),
            (1.0, 4.0, {"times": 0.5}, False),
            (3.0, 4.0, {"times": 0.5}, True),
            (1.0, 4.0, {"most": 0.5, "times": 0.5}, True),
        ]:
            line = said_by(row, "a wait", course, stock, **wanted)
            self.assertEqual(line.endswith("MISSED\n"), missed, line)
        line = said_by(row, "a wait", 1.0, 4.0, most=2, times=0.5)
        self.assertRegex(
            line, r"^a wait +1\.00 s +4\.00 s +0\.250 +at most 2 s, 0\.5 of"
        )

    def test_the_worst_first_cell_stands_beside_the_best_and_medians_beside_each_other(
        self,
    ) -> None:
        ours = [Waits(1, [5, 1, 3], 0, 100), Waits(3, [6, 2, 2], 0, 300)]
        stock = [Waits(2, [70, 4, 4], 0, 100), Waits(2, [60, 8, 8], 0, 100)]
        table = said_by(report, [*zip(ours, stock)])
        for line in [
            "kernel ready, median +2.00 s +2.00 s",
            "first cell, the worst / the best +6.00 s +60.00 s +0.100",
            "median of the other cells +2.00 s +6.00 s",
            "sum over all notebooks +19.00 s +154.00 s",
            "memory of a kernel, median +200 MB +100 MB +2.000 .*MISSED",
            "dependencies compiled +0 +0\n",
        ]:
            self.assertRegex(table, line)

    def test_one_cell_has_no_other_cells(self) -> None:
        table = said_by(report, [(Waits(1, [5], 0, 1), Waits(1, [7], 0, 1))])
        self.assertIn("first cell", table)
        self.assertNotIn("other cells", table)

    def test_a_start_with_a_spare_kernel_stands_beside_pythons(self) -> None:
        pairs = [(Waits(9, [5], 0, 1), Waits(4, [7], 0, 1))]
        table = said_by(report, pairs, Ready(spare=[0.8, 0.6, 0.7], python=[0.4] * 3))
        for line in [
            "with a spare one +0.70 s +4.00 s +0.175 +at most 1 s\n",
            "beside Python's kernel +0.70 s +0.40 s .*at most 1.5 of Python's +MISSED",
        ]:
            self.assertRegex(table, line)

    def test_different_failures_and_compiled_dependencies_are_told(self) -> None:
        ours = Waits(1, [5, 1, 1], failed=1, megabytes=1, compiled=4)
        table = said_by(report, [(ours, Waits(1, [5, 1, 1], 0, 1))])
        self.assertRegex(table, "dependencies compiled +4 +0 +MISSED")
        self.assertIn("In 1 notebooks a different number of cells gave an error", table)

    def test_a_wait_is_explained_by_its_parts(self) -> None:
        costs = Costs(cargo=0.1, rustc=0.2, link=0.3, floor=0.5)
        ours = Waits(1, [5, 1, 2], 0, 1, costs=costs)
        table = said_by(report, [(ours, Waits(1, [5, 1, 1], 0, 1))])
        self.assertIn("The last cell of a notebook waits 2.00 s.", table)
        for part, number in zip(PARTS, ["0.10", "0.20", "0.30", "1.40"]):
            self.assertRegex(table, rf"  {part} +{number} s\n")
        self.assertIn("an empty cell: 0.50 s; the median cell waits 3.0 times", table)


class Processes(unittest.TestCase):
    def test_a_family_is_a_process_and_all_below_it(self) -> None:
        shell = subprocess.Popen(["sh", "-c", "sleep 60 & wait"])
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        below = wait_for("the child", lambda: family(shell.pid)[1:])
        self.addCleanup(lambda: os.kill(below[0], 9))
        self.assertEqual(family(shell.pid), [shell.pid, *below])
        self.assertIn(shell.pid, family(os.getpid()))
        self.assertGreater(proportional_size(os.getpid()), 1000)

    def test_a_process_that_has_ended_has_no_size(self) -> None:
        ended = subprocess.Popen(["true"])
        ended.wait()
        self.assertEqual(proportional_size(ended.pid), 0)

    def test_the_stock_kernel_is_found_in_cargos_folder(self) -> None:
        with tempfile.TemporaryDirectory() as temp:
            kernel = Path(temp, "bin", "evcxr_jupyter")
            environment = {"CARGO_HOME": temp, "PATH": ""}
            with unittest.mock.patch.dict(os.environ, environment):
                with self.assertRaisesRegex(SystemExit, "evcxr_jupyter is missing"):
                    stock_kernel()
                kernel.parent.mkdir()
                kernel.write_text("#!/bin/sh\n")
                kernel.chmod(0o755)
                self.assertEqual(stock_kernel(), str(kernel))
