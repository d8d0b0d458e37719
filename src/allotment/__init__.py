"""The allotment core."""
