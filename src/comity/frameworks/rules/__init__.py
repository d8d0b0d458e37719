"""What follows from the register: standing on a day, rolls, and whether a statement holds. No database, no clock."""

from comity.frameworks.rules.standing import COUNTED, SHUT, Hold, Standing, Stay

__all__ = ["COUNTED", "SHUT", "Hold", "Standing", "Stay"]
