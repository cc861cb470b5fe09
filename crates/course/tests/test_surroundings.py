"""What else is on the machine stays as it is, and is not in the way: another's kernelspec, a server
on our port, a folder with any name."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

from course.tests.checkout import ROOT
from course.tests.stubs import Stubbed

# A shell, a search path, a file of Cargo's or JSON could take any of them for its own.
NAME = "Stra\xdfe & 'Caf\xe9' (1) #2 ; \u6c34"
FOREIGN = {
    "argv": ["/foreign/evcxr_jupyter"],
    "display_name": "Rust",
    "language": "rust",
}


class Surroundings(Stubbed):
    def test_a_foreign_kernelspec_stays_and_is_not_picked(self) -> None:
        home = self.root.parent / "home"
        specs = [
            home / "kernels/rust/kernel.json",  # as for JUPYTER_PATH
            home / ".local/share/jupyter/kernels/rust/kernel.json",
            home / "Library/Jupyter/kernels/rust/kernel.json",
        ]
        for spec in specs:
            spec.parent.mkdir(parents=True)
            spec.write_text(json.dumps(FOREIGN))
        self.succeeds()
        python = ROOT / ".venv/bin/python"
        ask = f'exec "{python}" -m jupyter_client.kernelspecapp list --json >"{home}/seen"'
        self.program(self.root / ".venv/bin/jupyter", ask)
        self.succeeds(
            "lab",
            "--as-published",
            HOME=str(home),
            JUPYTER_PATH=str(home),
            JUPYTER_PREFER_ENV_PATH="0",
            JUPYTER_DATA_DIR=str(home / ".local/share/jupyter"),
        )
        seen = json.loads((home / "seen").read_text())["kernelspecs"]["rust"]
        ours = ROOT / ".venv/share/jupyter/kernels/rust"
        self.assertEqual(Path(seen["resource_dir"]).resolve(), ours.resolve())
        for spec in specs:
            self.assertEqual(json.loads(spec.read_text()), FOREIGN)

    def test_a_folder_with_any_name_works(self) -> None:
        self.fill(self.root.parent / NAME)
        said = self.succeeds(cwd=Path("/"))
        self.assertIn(f"Setting up the course in {self.root}\n", said)
        self.assertIn("Ready. Next:", said)
        self.forget()
        self.assertIn("Rust kernel evcxr_jupyter 0.22.0: there", self.succeeds())
        self.succeeds("clean")
        self.assertFalse((self.root / "target").exists())

    def test_jupyterlab_takes_another_port_if_its_own_is_taken(self) -> None:
        self.succeeds()
        (self.root / "notebooks").mkdir()
        (self.root / "notebooks/00-a.ipynb").write_text("{}")
        jupyter = ROOT / ".venv/bin/jupyter"
        self.program(self.root / ".venv/bin/jupyter", f'exec "{jupyter}" "$@"')
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            lab = self.begin("lab", "--as-published", "--no-browser", f"--port={taken}")
            self.wait_for_word(
                f"The port {taken} is already in use, trying another port."
            )
            self.wait_for_word("http://127.0.0.1:")
            [port, *_] = re.findall(r"http://127\.0\.0\.1:(\d+)/lab", self.said())
            self.assertNotEqual(int(port), taken)
            lab.terminate()
            lab.wait(60)

    def test_a_hub_whose_port_is_taken_names_it_and_how_to_choose_another(self) -> None:
        self.succeeds()
        self.hub_is_there()
        ports = ["COURSE_HUB_PORT", "COURSE_HUB_HUB_PORT", "COURSE_HUB_PROXY_PORT"]
        with ExitStack() as open_ones:
            free = {}
            for name in ports:
                server = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
                free[name] = str(server.getsockname()[1])
        self.assertIn("hub is there", self.succeeds("hub", **free))
        for name in ports:
            self.forget()
            with socket.create_server(("127.0.0.1", int(free[name]))):
                said = self.fails("hub", **free)
            self.assertIn(f"error: port {free[name]} of 127.0.0.1 is taken", said)
            self.assertIn(f"or name another port in {name}", said)
            self.assertNotIn("hub is there", said)
        self.forget()
        self.assertIn("or is none", self.fails("hub", **free | {ports[0]: "eighty"}))

    def hub_is_there(self) -> None:
        """Leave what tells that it is installed."""
        files = self.root / "crates/course/hub"
        files.mkdir()
        for name in ["requirements.txt", "package-lock.json"]:
            (files / name).write_text(name)
        sums = subprocess.check_output(
            ["cksum"], input=b"requirements.txtpackage-lock.json"
        )
        self.program(self.root / "target/hub/venv/bin/jupyterhub", "echo hub is there")
        stamp = f"{self.root} {sums.decode().strip()}\n"
        (self.root / "target/hub/installed").write_text(stamp)
