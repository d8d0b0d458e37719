"""Acts of the room of feedback."""
