"""What may be done with requests, limits, rules, rounds and places: one module for each noun."""
