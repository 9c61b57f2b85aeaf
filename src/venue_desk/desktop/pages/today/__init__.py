"""The first page: the running lesson, what needs doing, and who sells this week."""
