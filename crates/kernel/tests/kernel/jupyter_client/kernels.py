"""Drives Jupyter kernels for the tests: a JSON request a line, a JSON answer a line.

{"do": "start", "argv": [...], "cwd": "..."}  -> {"pid": 123}; kernels count from 0
{"do": "wait", "kernel": 0}                   -> {"seconds": 6.5}
{"do": "run", "kernel": 0, "code": "..."}     -> {"status": "ok", "name": null, "text": "...",
                                                  "kinds": ["stream"], "seconds": 0.4}
    "interrupt": 1.5                          interrupted after so many seconds
{"do": "queue", "kernel": 0, "codes": ["..."], "stop": true} -> {"statuses": ["ok"]}
{"do": "order", "kernel": 0, "codes": ["..."]} -> {"statuses": ["ok"], "published":
                                                  [[0, "status", "busy"]]}; 0: the first code
{"do": "stall", "kernel": 0, "clients": 2}    -> {}; subscribers that do not read
{"do": "interrupt", "kernel": 0}              -> {}
{"do": "late", "kernel": 0, "seconds": 1.0}   -> {"text": "..."}; what no cell waits for
{"do": "forge", "kernel": 0}                  -> {}; requests with a wrong signature
{"do": "stranger", "kernel": 0}               -> {"heard": 0}; bytes, as another user
{"do": "attempts", "kernel": 0, "user": 0, "secrets": [], "sockets": [], "processes": []}
                                              -> {"attempts": 9, "possible": ["..."]}: see
                                                 stranger.py
{"do": "whole", "kernel": 0, "code": "..."}   -> {"status": "incomplete", "indent": "    "}
{"do": "send", "kernel": 0, "code": "..."}    -> {}
{"do": "inspect", "kernel": 0, "code": "...", "cursor": 3} -> {"text": "..."}
{"do": "crowd", "kernel": 0}                  -> {}; clients that come and go
{"do": "stop", "kernel": 0}                   -> {}
{"do": "forget"}                              -> {}; all kernels that have ended
"""

import gc
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

kernels = []
stalled = []


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
    client = kernels[request["kernel"]][1]
    client.wait_for_ready(timeout=600)
    # It answers at once, and is ready when a cell is done.
    client.execute_interactive("", silent=True, timeout=600)
    return {"seconds": time.monotonic() - begun}


def run(request):
    texts, kinds = [], []

    def keep(message):
        content = message["content"]
        kinds.append(message["msg_type"])
        texts.append(content.get("text", ""))
        texts.append(content.get("data", {}).get("text/plain", ""))
        texts.extend(content.get("traceback", []))

    begun = time.monotonic()
    manager, client = kernels[request["kernel"]]
    if "interrupt" in request:
        threading.Timer(request["interrupt"], manager.interrupt_kernel).start()
    reply = client.execute_interactive(request["code"], output_hook=keep, timeout=300)
    return {
        "status": reply["content"]["status"],
        "name": reply["content"].get("ename"),
        "kinds": [kind for kind in kinds if kind not in ("status", "execute_input")],
        "text": "".join(texts),
        "seconds": time.monotonic() - begun,
    }


def send(request):
    kernels[request["kernel"]][1].execute(request["code"])
    return {}


def queue(request):
    client = kernels[request["kernel"]][1]
    sent = [
        client.execute(code, stop_on_error=request["stop"]) for code in request["codes"]
    ]
    replies = [client.get_shell_msg(timeout=300) for _ in sent]
    assert [reply["parent_header"]["msg_id"] for reply in replies] == sent
    return {"statuses": [reply["content"]["status"] for reply in replies]}


# What is told of a message, by its type.
SAID = {
    "status": lambda content: content["execution_state"],
    "execute_input": lambda content: content["code"],
    "stream": lambda content: content["text"],
    "execute_result": lambda content: content["data"].get("text/html"),
    "error": lambda content: content["traceback"][0],
}


def order(request):
    """Send all cells at once, and keep what is published, with the number of its cell."""
    client = kernels[request["kernel"]][1]
    sent = [client.execute(code, stop_on_error=False) for code in request["codes"]]
    published, idle = [], 0
    while idle < len(sent):
        message = client.get_iopub_msg(timeout=300)
        kind, content = message["msg_type"], message["content"]
        said = SAID.get(kind, lambda _: "")(content)
        parent = message["parent_header"].get("msg_id")
        number = sent.index(parent) if parent in sent else None
        if kind == "stream" and published[-1][:2] == [number, kind]:
            published[-1][2] += said
        else:
            published.append([number, kind, said])
        idle += number is not None and said == "idle"
    replies = [client.get_shell_msg(timeout=300) for _ in sent]
    assert [reply["parent_header"]["msg_id"] for reply in replies] == sent
    return {
        "statuses": [reply["content"]["status"] for reply in replies],
        "published": published,
    }


def stall(request):
    manager = kernels[request["kernel"]][0]
    for _ in range(request["clients"]):
        socket = zmq.Context.instance().socket(zmq.SUB)
        socket.rcvhwm, socket.rcvbuf, socket.linger = 1, 4096, 0
        socket.subscribe(b"")
        socket.connect(f"tcp://{manager.ip}:{manager.iopub_port}")
        stalled.append(socket)
    # They have arrived.
    time.sleep(1)
    return {}


def interrupt(request):
    kernels[request["kernel"]][0].interrupt_kernel()
    # It has arrived.
    time.sleep(0.3)
    return {}


def late(request):
    client, texts = kernels[request["kernel"]][1], []
    end = time.monotonic() + request["seconds"]
    while (left := end - time.monotonic()) > 0:
        try:
            texts.append(client.get_iopub_msg(timeout=left)["content"].get("text", ""))
        except Empty:
            break
    return {"text": "".join(texts)}


def forge(request):
    manager = kernels[request["kernel"]][0]
    forger = Session(key=b"guessed")
    for socket in [manager.connect_shell(), manager.connect_control()]:
        for kind in ["execute_request", "shutdown_request", "interrupt_request"]:
            forger.send(
                socket, kind, {"code": "std::process::exit(1)", "restart": False}
            )
        socket.send_multipart([b"no message"])
        socket.send_multipart([b"<IDS|MSG>", b"", b"{", b"[" * 5000, b"", b""])
        time.sleep(0.3)
        assert socket.poll(0) == 0, "it was answered"
        socket.close()
    return {}


def stranger(request):
    """Listen to the outputs as another user while a cell prints."""
    if os.getuid() != 0:
        return {"heard": None}
    manager, _client = kernels[request["kernel"]]
    listen = (
        "import os, socket, sys; os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(); s.settimeout(3); s.connect((sys.argv[1], int(sys.argv[2])))\n"
        "try: print(len(s.recv(100)))\n"
        "except OSError: print(0)"
    )
    port = str(manager.iopub_port)
    other = subprocess.run(
        [sys.executable, "-I", "-c", listen, manager.ip, port],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return {"heard": int(other.stdout)}


def attempts(request):
    manager = kernels[request["kernel"]][0]
    info = manager.get_connection_info()
    request["info"] = info | {"key": info["key"].decode()}
    request["secrets"].append(manager.connection_file)
    stranger = Path(__file__).with_name("stranger.py")
    tried = subprocess.run(
        [sys.executable, "-E", "-B", stranger],
        input=json.dumps(request),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(tried.stdout)


def whole(request):
    client = kernels[request["kernel"]][1]
    client.is_complete(request["code"])
    return client.get_shell_msg(timeout=10)["content"]


def inspect(request):
    client = kernels[request["kernel"]][1]
    reply = client.inspect(request["code"], request["cursor"], reply=True, timeout=300)
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


def forget(request):
    for number, kernel in enumerate(kernels):
        if kernel and not kernel[0].is_alive():
            kernels[number] = None
    gc.collect()
    return {}


actions = {
    "start": start,
    "wait": wait,
    "run": run,
    "queue": queue,
    "order": order,
    "stall": stall,
    "interrupt": interrupt,
    "late": late,
    "forge": forge,
    "stranger": stranger,
    "attempts": attempts,
    "whole": whole,
    "send": send,
    "inspect": inspect,
    "crowd": crowd,
    "stop": stop,
    "forget": forget,
}
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(actions[request["do"]](request)), flush=True)
for number, kernel in enumerate(kernels):
    if kernel and kernel[0].is_alive():
        stop({"kernel": number})
# The test has its folder removed, too, but not that of a client which other tests use.
shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
