"""The demonstration: invented people, a year of activities and requests around the real register."""
