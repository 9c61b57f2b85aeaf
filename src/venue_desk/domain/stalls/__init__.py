"""The fair rotation of stalls: its rules, what is owed to whom, and the planning of a season."""
