"""Desk and centre: the wire, the loop, the USB packet."""
