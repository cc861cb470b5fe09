"""What another user of the machine can do to a kernel, even one who knows its ports and its key.

It is told on stdin what to try it on, as whom, and how long an answer is waited for, and prints
what was possible: {"user": 65534, "patience": 5, "info": {...}, "secrets": ["/file or folder"],
"sockets": ["/socket"], "processes": [123]}
"""

import json
import os
import socket
import sys
import time
from queue import Empty

from jupyter_client.blocking import BlockingKernelClient


def listed_or_read(path):
    if os.path.isdir(path):
        return os.listdir(path)
    with open(path, "rb") as file:
        return file.read(1)


def connected(path):
    with socket.socket(socket.AF_UNIX) as own:
        own.connect(path)


def traced(process):
    with open(f"/proc/{process}/mem", "rb"), open(f"/proc/{process}/environ", "rb"):
        return os.listdir(f"/proc/{process}/fd")


def signalled(process):
    """The system checks who asks for this signal as for any other, and sends none."""
    os.kill(process, 0)


def answered(info, channel, kind, content):
    client = BlockingKernelClient()
    client.load_connection_info(info)
    client.start_channels(hb=False)
    try:
        asking = getattr(client, f"{channel}_channel")
        asking.send(client.session.msg(kind, content))
        while asking.get_msg(timeout=told["patience"])["msg_type"] == "status":
            pass
    finally:
        client.stop_channels()


def heard(info):
    client = BlockingKernelClient()
    client.load_connection_info(info)
    client.start_channels(hb=False)
    end = time.monotonic() + told["patience"]
    try:
        while True:  # who comes hears nothing of what was said a moment before
            client.kernel_info()
            try:
                return client.get_iopub_msg(timeout=1)
            except Empty:
                if time.monotonic() > end:
                    raise
    finally:
        client.stop_channels()


told = json.load(sys.stdin)
# All that is needed was loaded by one who may read it.
BlockingKernelClient().load_connection_info(told["info"])
if told["user"] != os.getuid():
    os.setgroups([])
    os.setgid(told["user"])
    os.setuid(told["user"])

info = told["info"]
cell = {
    "code": "6 * 7",
    "silent": False,
    "store_history": True,
    "user_expressions": {},
    "allow_stdin": False,
    "stop_on_error": True,
}
attempts = [
    *((f"read {path}", listed_or_read, path) for path in told["secrets"]),
    *((f"connect to {path}", connected, path) for path in told["sockets"]),
    *((f"look into {process}", traced, process) for process in told["processes"]),
    *((f"end {process}", signalled, process) for process in told["processes"]),
    ("run a cell", answered, info, "shell", "execute_request", cell),
    ("interrupt", answered, info, "control", "interrupt_request", {}),
    ("hear what is shown", heard, info),
]
possible = []
for what, attempt, *arguments in attempts:
    try:
        attempt(*arguments)
    except (OSError, Empty):
        continue
    possible.append(what)
print(json.dumps({"attempts": len(attempts), "possible": possible}))
