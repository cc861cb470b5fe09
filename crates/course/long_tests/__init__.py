"""Tests that take long and hardly ever fail alone: `./kernel-setup.sh test --long`.

LONG_TESTS_NOTEBOOKS names the notebooks that are run, as in "01 02", for those who have less
time; by itself all are.
"""

import os

NUMBERS = os.environ.get("LONG_TESTS_NOTEBOOKS", "").split()
