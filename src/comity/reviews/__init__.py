"""Reviews of programmes: one turn of the yearly cycle, its steps, and what each side says of each goal.

It refuses to know how a programme came into force and who asks for places.
"""
