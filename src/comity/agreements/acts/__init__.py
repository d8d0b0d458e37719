"""Acts of the room of agreements."""
