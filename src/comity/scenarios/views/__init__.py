"""Pages of the room of scenarios."""
