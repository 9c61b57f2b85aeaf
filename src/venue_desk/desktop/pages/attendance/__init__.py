"""The attendance desk."""
