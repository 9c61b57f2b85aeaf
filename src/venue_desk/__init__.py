"""Venue Desk: enrolment, attendance, certificates and stalls for a venue that hosts vocational training."""

__version__ = "0.1.0"
