"""Models of the room of drafting."""
