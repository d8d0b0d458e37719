"""Models of the room of agreements."""
