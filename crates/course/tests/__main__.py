"""`python crates/course/tests [FOLDER]`: run the tests of a folder of the package.

Each file runs in a Python of its own, and as many at a time as there are cores: most of the
time goes into kernels, which compile on one, and into pages, which a browser draws on one.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# Begun first, one after the other. A hub, an image that is made, and a JupyterLab keep a core busy
# by themselves; the tests of JupyterLab share a folder, and the last ones look at times: by then
# those of the pages are done.
IN_TURN = ["test_away", "test_hub", "test_image", "test_lab", "test_live", "test_spare"]
# Begun next: a minute each, which another core would wait for at the end.
LONG = ["test_bench", "test_nbgrader", "test_run_failures", "test_stock_kernel"]


def run_all(folder: Path, at_a_time: int) -> int:
    """Run the tests of a folder; 0 if there are some and all pass."""
    files = sorted(folder.glob("test_*.py"), key=lambda file: file.stem not in LONG)
    in_turn = [file for file in files if file.stem in IN_TURN]
    jobs = [in_turn, *([file] for file in files if file not in in_turn)]

    def run_job(job: list[Path]) -> bool:
        passed = [run(file, at_a_time == 1) for file in job]
        return all(passed)

    with ThreadPoolExecutor(at_a_time) as pool:
        passed = [*pool.map(run_job, jobs)]
    if not files:
        print(f"error: there is no test in {folder}")
    return 0 if files and all(passed) else 1


def run(file: Path, alone: bool) -> bool:
    """Run the tests of a file. Its report is shown line by line when it runs alone,
    else when it is whole, so that reports do not mix."""
    python = [sys.executable, "-E", "-B", "-m", "unittest", "--verbose"]
    name = ".".join(file.with_suffix("").parts[-3:])
    report = f"--- {name}\n"
    with subprocess.Popen(
        [*python, name],
        cwd=file.parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as tests:
        for line in tests.stdout:
            report += line
            if alone:
                print(line, end="", flush=True)
    if not alone:
        print(report, flush=True)
    # That a file has no test is a failure: unittest says so itself from Python 3.12 on.
    ran = re.search(r"^Ran [1-9]\d* tests?", report, re.MULTILINE)
    return tests.returncode == 0 and ran is not None


if __name__ == "__main__":
    name = (sys.argv[1:] or ["tests"])[0]
    # More browsers than two would be in each other's way, and what is tested long looks at times.
    most = {"browser_tests": 2, "long_tests": 1}.get(name, os.cpu_count() or 1)
    sys.exit(run_all(PACKAGE / name, min(most, os.cpu_count() or 1)))
