"""What may be done with parties, their names, sources, delegations and mandates."""
