"""Acts of the room of nominations."""
