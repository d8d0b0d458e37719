"""Pages of the room of changes."""
