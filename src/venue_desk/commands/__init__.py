"""The command line, over the same actions and queries as the window."""
