"""Reports: the numbers of a period with their bars and tables, and the way to paper and spreadsheets."""
