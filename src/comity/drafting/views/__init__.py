"""Pages of the room of drafting."""
