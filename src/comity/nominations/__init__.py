"""People for places: who is put forward, endorsed, accepted, and who waits on the reserve list.

Nouns: person, identity, nomination, collecting link, promotion policy, step, reading, receipt. Names are sealed; every
opening is written down. What happens on the day belongs to `attendance`.
"""
