"""Reads of the room of attendance. Every one takes the reader; names are no read: see `nominations.acts.readings`."""
