"""The memory: records, journal, and the one door to them."""
