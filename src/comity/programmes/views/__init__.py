"""Pages of the room of programmes."""
