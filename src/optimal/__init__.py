"""What every optimiser of ours does alike: it reads tables, puts programs to a solver, seals results and says sentences.

The package knows no problem of its own and nothing of those that build on it.
"""
