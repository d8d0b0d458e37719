"""Pages of the room of nominations."""
