"""Runs inside the image, by its own Python, as its user: cells of 03, and what a container runs."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel

NOTEBOOKS = Path.home() / "concurrency-course/my-notebooks"
CELLS = ["setup", "program", "compile", "fib", "pool-calculate", "pool-processes"]
PATIENCE = 180


def cells_run() -> None:
    notebook = nbformat.read(NOTEBOOKS / "03-fibonacci.ipynb", as_version=4)
    cells = {cell.id: cell.source for cell in notebook.cells}
    begun = time.monotonic()
    manager, client = start_new_kernel(PATIENCE, kernel_name="rust", cwd=str(NOTEBOOKS))
    try:
        client.execute_interactive("", timeout=PATIENCE)
        print(f"a kernel in {time.monotonic() - begun:.1f} s", flush=True)
        for name in CELLS:
            begun = time.monotonic()
            reply = client.execute_interactive(cells[name], timeout=PATIENCE)
            took = time.monotonic() - begun
            print(
                f"cell {name}: {reply['content']['status']}, {took:.1f} s", flush=True
            )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def server_answers(command: list[str]) -> None:
    with subprocess.Popen(command) as server:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and server.poll() is None:
            try:
                with urllib.request.urlopen("http://127.0.0.1:8888/api") as answer:
                    print("server:", answer.read().decode(), flush=True)
                    break
            except OSError:
                time.sleep(0.5)
        server.terminate()


print("user", os.geteuid(), "in", Path.cwd(), flush=True)
cells_run()
server_answers(sys.argv[1:])
