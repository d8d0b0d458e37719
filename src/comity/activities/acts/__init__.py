"""What may be done with editions and with the activities in them."""
