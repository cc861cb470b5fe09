"""`python crates/course VERB`: the command behind kernel-setup.sh."""

import sys
from pathlib import Path

# The package is this folder; what Python put here are the folder's modules, each by itself.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

try:
    from course import command_line
except ModuleNotFoundError as error:
    missing = f"the Python package {error.name} is missing"
    sys.exit(f"error: {missing}: set the course up with ./kernel-setup.sh")

if __name__ == "__main__":
    sys.exit(command_line.main())
