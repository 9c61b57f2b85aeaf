"""History: what was done, on which computer, what changed, and taking a single action back."""
