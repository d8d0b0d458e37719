"""Acts of the room of drafting."""
