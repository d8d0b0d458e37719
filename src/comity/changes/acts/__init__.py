"""Acts of the room of changes."""
