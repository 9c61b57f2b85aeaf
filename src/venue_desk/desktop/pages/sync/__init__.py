"""Sync: joining the centre, what waits, both versions, files on a stick."""
