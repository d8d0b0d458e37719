"""Parties: states, former states, organisations and centres; their names over time; and who speaks for them.

Nouns: Party, PartyName, Succession, Source, Delegation, Mandate. What a party belongs to is the next room's business.
"""
