"""Moving, shrinking or cancelling an activity, or suspending a party: what that breaks, whom it is told, then all or nothing.

Nouns: change, consequence, substitute.
"""
