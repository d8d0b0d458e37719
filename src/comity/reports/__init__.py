"""Reports: what is read across the rooms below. Reads only; it keeps nothing of its own."""
