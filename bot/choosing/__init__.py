"""What of all that was read is meant: one table, one choice, one explanation."""
