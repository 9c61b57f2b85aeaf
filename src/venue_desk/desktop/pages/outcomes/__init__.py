"""Alumni: whom to ask next, and what became of each."""
