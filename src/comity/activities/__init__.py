"""The menu: yearly editions, what providers contribute to them, and on which terms a party may come.

Nouns: Edition, Activity, DeliveryPart, Vocabulary, Term, EntryGroup. Who asks for a place is the business of a room above.
"""
