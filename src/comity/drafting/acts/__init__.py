"""What may be done with texts: one module for each noun. Every act on a text waits for its turn at the row of the text."""
