"""`python -m comity.config`: the program, for the supervisor, which must not depend on where scripts are installed."""

from comity.config.cli import main

main()
