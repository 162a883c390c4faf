"""Days as people write and tell them, and how they are reckoned from today."""
