"""What may be done with agreements: offers, rounds under silence, decisions of councils, signatures.

Every act waits for its turn at the row of the agreement, so that what happens at one moment happens in an order.
"""
