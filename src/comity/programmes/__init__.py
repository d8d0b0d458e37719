"""What a partner has set out to achieve: its objectives, which requests for places serve.

An objective belongs to one party and is seen by that party and by the staff. The room refuses to know who asks for
which place: that is participation, one floor above.
"""
