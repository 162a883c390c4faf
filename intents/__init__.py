"""Understanding: text in, prediction out. No database, no channel."""
