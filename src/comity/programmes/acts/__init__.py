"""What may be done with objectives, goals and plans."""
