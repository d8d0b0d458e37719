"""The program `comity`: finds the command, and turns a refusal into words and exit status 3.

Exit statuses: 0 done, 1 fault, 2 usage, 3 refused. Results go to standard output, talk to standard error.
"""

import importlib
import json
import os
import sys

from comity.config import up
from comity.config.cluster import NoDatabase
from comity.config.environment import Misconfigured
from comity.kernel.refusals import Refusal

# Commands on files alone: they need no database, no settings and nothing of the rooms.
ON_FILES = {"allot": "allotment.cli", "plan": "planning.cli"}
# Help is for whoever asks, also before anything is set: nothing is served or opened with these.
FOR_HELP = {
    "COMITY_SECRET_KEY": "help only",
    "COMITY_SEALING_KEY": "help only",
    "COMITY_ADDRESS": "http://127.0.0.1",
    "COMITY_DEMONSTRATION": "no",
}


def main() -> None:
    """Run one command and leave with its status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
    try:
        if sys.argv[1:2] == ["up"]:
            sys.exit(up.main(sys.argv[2:]))
        if core := ON_FILES.get(*sys.argv[1:2] or [""]):
            importlib.import_module(core).app(sys.argv[2:], prog_name=f"comity {sys.argv[1]}")
        if sys.argv[1:3] == ["programmes", "verify"]:
            importlib.import_module("comity.agreements.cli.files").group(sys.argv[2:], prog_name="comity programmes")
        if len(sys.argv) == 1 or "--help" in sys.argv:
            os.environ |= FOR_HELP
        # The commands of the rooms import their tables, which need the settings to be complete first.
        importlib.import_module("comity.config.commands").run(sys.argv[1:])
    except (Misconfigured, NoDatabase) as fault:
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)
    except Refusal as refusal:
        if "json" in sys.argv:
            sys.stdout.write(json.dumps({"refused": refusal.code, "sentence": str(refusal)}) + "\n")
        sys.stderr.write(f"Refused: {refusal}\n")
        sys.exit(3)
