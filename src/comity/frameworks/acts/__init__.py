"""What may be done with frameworks and with standing in them."""
