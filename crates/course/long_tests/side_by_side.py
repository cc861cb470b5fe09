"""Several notebooks at once, as in a JupyterLab with several of them open: what takes time is
compilation, and a kernel's uses one core."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 3


def side_by_side(
    test: unittest.TestCase, names: Iterable[str], work: Callable[[str], None]
) -> None:
    """Do the work for each notebook, three at any time; each is a subtest. A failure is told
    at once: the others may take hours."""

    def tell(name: str) -> None:
        try:
            work(name)
        except Exception as error:
            print(f"{name}: failed: {str(error)[-4000:]}", flush=True)
            raise

    with ThreadPoolExecutor(AT_ONCE) as lanes:
        begun = {name: lanes.submit(tell, name) for name in names}
        for name, one in begun.items():
            with test.subTest(notebook=name):
                one.result()
