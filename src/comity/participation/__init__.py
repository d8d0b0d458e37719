"""Who asks for which place, and who gets it and why: requests, rounds, the lines of a round, places granted.

A request belongs to one party and is seen by that party and by the staff, and so is every figure derived from it. A
round shares out the places of one edition under a published rule; `acts.allocations` is the only bridge to the core that
does the sharing. The room refuses to say what is on offer (activities) or who is a partner (frameworks).
"""
