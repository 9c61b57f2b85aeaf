"""What can be seen: one noun a file; a query takes the session and returns frozen rows."""
