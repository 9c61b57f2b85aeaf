"""What can be done: one noun a file; one function is one step to undo."""
