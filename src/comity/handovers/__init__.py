"""What one contact leaves to a successor: mandate, open items and drafts, in one signed act.

Nouns: handover.
"""
