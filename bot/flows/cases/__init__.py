"""What a resident says or asks of a case the town knows."""
