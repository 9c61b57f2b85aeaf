"""The board of stalls: plan, swap, publish, print; and the vendors."""
