"""Pages of the room of feedback."""
