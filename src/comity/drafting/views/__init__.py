"""Views of the room of drafting."""
