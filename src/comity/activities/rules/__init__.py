"""What follows from an entry and its terms: its days, its number, who may come. No database, no clock."""

from comity.activities.rules.days import Days
from comity.activities.rules.terms import Group, Terms, findings, is_open, spans

__all__ = ["Days", "Group", "Terms", "findings", "is_open", "spans"]
