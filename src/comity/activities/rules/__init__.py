"""What follows from an entry and its terms: its days, its number, who may come. No database, no clock."""
