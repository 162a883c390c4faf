"""What residents may say, one kind per module: the guided flows, driven by the town's declarations, and the rest."""
