"""Without a network: the set-up says that it needs one, in whatever words pip and Cargo say it; and
what is set up needs none."""

from __future__ import annotations

import sys
from shutil import which
from typing import ClassVar

from course.tests.namespaces import need_root, without_network
from course.tests.stubs import Stubbed

# The real ones. What is installed here already is asked for all the same.
PIP = f"""
unset PIP_FIND_LINKS PIP_NO_INDEX
exec "{sys.executable}" -m pip "$@" --ignore-installed --dry-run --retries 0
"""
CARGO = f'[ ! -e real-cargo ] || RUSTC="{which("rustc")}" exec "{which("cargo")}" "$@"'


class WithoutNetwork(Stubbed):
    steps: ClassVar[dict[str, str]] = {
        "pip": f"[ ! -e real-pip ] || {{ {PIP} }}",
        "install": CARGO,
    }

    def setUp(self) -> None:
        need_root(self)
        super().setUp()

    def test_it_is_told_and_with_a_network_it_goes_on(self) -> None:
        for name, step in [
            ("pip", "JupyterLab and its packages"),
            ("cargo", "Rust kernel evcxr_jup"),
        ]:
            self.forget()
            (self.root / f"real-{name}").touch()
            said = self.fails(before=without_network(), CARGO_NET_RETRY="0")
            self.assertIn(f"error: {step}", said)
            told = "What to do: it needs the network: connect, or name your proxy in https_proxy. Then"
            self.assertIn(told, said)
            (self.root / f"real-{name}").unlink()
        self.forget()
        self.assertIn("Ready. Next:", self.succeeds())

    def test_what_is_set_up_needs_none(self) -> None:
        self.succeeds()
        self.forget()
        self.assertIn("Ready. Next:", self.succeeds(before=without_network()))
