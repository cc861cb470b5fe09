"""A real hub on this machine, as `kernel-setup.sh hub` starts it, and what its users' processes hold."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HUB = ROOT / "target/hub"
CONFIG = ROOT / "crates/course/hub/jupyterhub_config.py"
PASSWORD = "a class room"


def missing() -> str:
    """Return why there can be no hub here; nothing if there can."""
    if not sys.platform.startswith("linux"):
        return "the hub was tried on Linux alone"
    if not (HUB / "installed").exists():
        return (
            "JupyterHub and its proxy are not installed: ./kernel-setup.sh hub install"
        )
    return ""


@contextmanager
def hub(folder: Path, config: Path = CONFIG, **settings: str) -> Iterator[str]:
    """Start a hub whose files are in `folder`, and yield its address; end all of it."""
    (folder / "temp").mkdir()
    port, inner, proxy = free_ports(3)
    chosen = {"PASSWORD": PASSWORD, "FOLDER": str(folder / "state"), "PORT": port}
    chosen |= {"HUB_PORT": inner, "PROXY_PORT": proxy} | settings
    environment = os.environ | {f"COURSE_HUB_{k}": v for k, v in chosen.items()}
    environment["TMPDIR"] = str(folder / "temp")
    environment.setdefault("CARGO_HOME", str(Path.home() / ".cargo"))
    environment.setdefault("RUSTUP_HOME", str(Path.home() / ".rustup"))
    command = [HUB / "venv/bin/jupyterhub", "--config", config]
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        await_answer(f"{address}/hub/login", process, folder / "hub.log")
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def await_answer(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=10).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the hub does not start:\n{log.read_text()[-2000:]}")


def processes(folder: Path, name: str = "") -> list[int]:
    """Return the processes of a user of the hub in `folder`, or those of all."""
    mark = f"COURSE_HOME={folder}/state/homes/{name}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # it has ended, or is another's
    return found


def memory(folder: Path, name: str) -> tuple[float, float]:
    """Return the GB that a user's processes hold: all they see, and their part of what is shared."""
    rss = pss = 0
    for process in processes(folder, name):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        held = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
        rss, pss = rss + int(held["Rss"]), pss + int(held["Pss"])
    return rss * 1024 / 1e9, pss * 1024 / 1e9
