"""What follows about messages without a table: topics, facts that can be said again later, hours, pauses, signatures."""
