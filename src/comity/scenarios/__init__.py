"""What else could be: rounds set side by side, studies of many simulations, and one line tried out with one term changed.

A study takes the requests of an edition as they stand and works out a scenario for each rule and variation; a trial
solves a published round again with one term of one line changed. The room promises nothing and locks nothing: it writes
only its own tables, and what it finds can be thrown away. Drawing up, publishing and the bridge to the core are
participation's.
"""
