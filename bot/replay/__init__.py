"""Turns once decided: kept with what they were decided from, decided again, and what they teach."""
