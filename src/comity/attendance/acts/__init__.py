"""Acts of the room of attendance."""
