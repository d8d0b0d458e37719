"""Agreements: how a text that two sides have drafted comes to be agreed: endorsed, circulated, frozen and signed."""
