"""The other systems' face; empty until the first outside system is connected."""
