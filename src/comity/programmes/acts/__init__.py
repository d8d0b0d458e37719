"""What may be done with objectives and goals."""
