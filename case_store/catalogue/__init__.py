"""What the town offered, and when: the versions of its services."""
