"""`comity up`: everything on one machine, in one process group."""

import sys


def main(arguments: list[str]) -> int:
    """Start everything and stay until interrupted."""
    sys.stderr.write("not yet\n")
    return 1
