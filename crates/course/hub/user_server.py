"""The server of one user: the course's JupyterLab, with the part of JupyterHub that a hub talks to.

That part lies in the hub's environment. The course's own packages go before it, so that a user's
JupyterLab is the one that was tested.
"""

import sys
import sysconfig
from pathlib import Path

HUB = Path(__file__).resolve().parents[3] / "target/hub/venv"
sys.path.append(sysconfig.get_path("purelib", "venv", {"base": str(HUB)}))

from jupyterhub.singleuser import main

if __name__ == "__main__":
    main()
