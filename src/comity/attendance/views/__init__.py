"""Pages of the room of attendance."""
