"""Drives Jupyter kernels for the tests: a JSON request a line, a JSON answer a line.

{"do": "start", "argv": [...], "cwd": "..."}  -> {"pid": 123}; kernels count from 0
{"do": "wait", "kernel": 0}                   -> {"seconds": 6.5}
{"do": "run", "kernel": 0, "code": "..."}     -> {"status": "ok", "text": "...", "seconds": 0.4}
{"do": "send", "kernel": 0, "code": "..."}    -> {}
{"do": "inspect", "kernel": 0, "code": "...", "cursor": 3} -> {"text": "..."}
{"do": "crowd", "kernel": 0}                  -> {}; clients that come and go
{"do": "stop", "kernel": 0}                   -> {}
"""

import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

kernels = []


def start(request):
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(
        argv=request["argv"], language="rust", interrupt_mode="message"
    )
    manager.start_kernel(cwd=request["cwd"])
    client = manager.client()
    client.start_channels()
    kernels.append((manager, client))
    return {"pid": manager.provisioner.pid}


def wait(request):
    begun = time.monotonic()
    kernels[request["kernel"]][1].wait_for_ready(timeout=120)
    return {"seconds": time.monotonic() - begun}


def run(request):
    texts = []

    def keep(message):
        content = message["content"]
        texts.append(content.get("text", ""))
        texts.append(content.get("data", {}).get("text/plain", ""))
        texts.extend(content.get("traceback", []))

    begun = time.monotonic()
    client = kernels[request["kernel"]][1]
    reply = client.execute_interactive(request["code"], output_hook=keep, timeout=120)
    return {
        "status": reply["content"]["status"],
        "text": "".join(texts),
        "seconds": time.monotonic() - begun,
    }


def send(request):
    kernels[request["kernel"]][1].execute(request["code"])
    return {}


def inspect(request):
    client = kernels[request["kernel"]][1]
    reply = client.inspect(request["code"], request["cursor"], reply=True, timeout=60)
    return {"text": reply["content"]["data"].get("text/plain", "")}


def crowd(request):
    manager = kernels[request["kernel"]][0]

    def visit(number):
        randomly = random.Random(number)
        for _ in range(25):
            sockets = [manager.connect_shell(), manager.connect_control()]
            for socket in sockets * randomly.randint(1, 3):
                manager.session.send(socket, "kernel_info_request")
            time.sleep(randomly.uniform(0, 0.02))
            for socket in sockets:
                socket.close(linger=10)

    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(visit, range(8)))
    return {}


def stop(request):
    manager, client = kernels[request["kernel"]]
    client.stop_channels()
    manager.shutdown_kernel()
    return {}


actions = {
    "start": start,
    "wait": wait,
    "run": run,
    "send": send,
    "inspect": inspect,
    "crowd": crowd,
    "stop": stop,
}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(actions[request["do"]](request)), flush=True)
for number, (manager, _) in enumerate(kernels):
    if manager.is_alive():
        stop({"kernel": number})
