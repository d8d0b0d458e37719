"""What may be done with plans."""
