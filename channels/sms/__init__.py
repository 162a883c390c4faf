"""Text and picture messages."""
