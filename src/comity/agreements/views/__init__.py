"""Views of the room of agreements."""
