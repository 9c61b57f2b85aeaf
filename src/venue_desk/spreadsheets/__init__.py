"""Spreadsheets in (read, guess the columns, check) and out (written so that no cell can be a formula)."""
