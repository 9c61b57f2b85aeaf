"""Certificates: the register, the assessment they rest on, and telling a genuine one from another."""
