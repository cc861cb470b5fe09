"""`python crates/course/tests [FOLDER]`: run the tests of a folder of the package.

Each file runs in a Python of its own, and as many at a time as there are cores: most of the
time goes into kernels, which compile on one.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# A browser and JupyterLab behind it keep the machine busy by themselves.
AT_A_TIME = {"browser_tests": 1}


def run_all(folder: Path, at_a_time: int) -> int:
    """Run the tests of a folder; 0 if there are some and all pass."""
    files = sorted(folder.glob("test_*.py"))
    with ThreadPoolExecutor(at_a_time) as pool:
        passed = [*pool.map(run, files, [at_a_time == 1] * len(files))]
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
    at_a_time = AT_A_TIME.get(name, os.cpu_count() or 1)
    sys.exit(run_all(PACKAGE / name, at_a_time))
