"""How a partner means to reach its goals: plans over some years, drafted by the planner and changed by hand.

A plan belongs to one party and is seen by that party and by the staff. The room refuses to know what is asked for: that is
participation, one floor above; and what a goal is: that is programmes, one floor below.
"""
