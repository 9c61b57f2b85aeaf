"""The page of people: the list, one person beside it, and the taking in of lists."""
