"""Tags for the few pages that are Django's own templates: those of sign-in."""
