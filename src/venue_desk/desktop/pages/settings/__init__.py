"""What this machine and the venue have decided."""
