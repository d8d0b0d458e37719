"""Pages of the register: parties, frameworks, statements; and the small forms of those who keep it."""
