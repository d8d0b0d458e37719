"""Pages of the room of plans."""
