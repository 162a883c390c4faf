"""Cases: filed, moved, added to, followed."""
