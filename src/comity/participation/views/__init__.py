"""Pages of the room of participation."""
