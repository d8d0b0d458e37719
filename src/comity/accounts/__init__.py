"""People who sign in, what their roles allow, and the tokens of their programs.

Whom a person works for, and until when, is a mandate and belongs to the room of parties. This room never learns what
a party is; it refuses to be a directory of people.
"""
